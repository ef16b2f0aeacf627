package dev.oxbow.store;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.CheckpointRecord;
import dev.oxbow.engine.CheckpointStore;
import java.util.List;
import java.util.Optional;

/** {@link CheckpointStore} in a {@link Database}, which it does not close. */
public final class SqliteCheckpointStore implements CheckpointStore {
    private final Database database;

    /** A store in that database. */
    public SqliteCheckpointStore(Database database) {
        this.database = database;
    }

    @Override
    public void add(CheckpointRecord checkpoint) {
        database.write(s ->
                s.update(
                        "INSERT INTO checkpoint (id, body) VALUES (?, ?)",
                        checkpoint.id().value(),
                        Json.write(checkpoint)));
    }

    @Override
    public Optional<CheckpointRecord> find(CheckpointId id) {
        return database.read(s ->
                s.first(
                        "SELECT body FROM checkpoint WHERE id = ?",
                        row -> read(row.getString(1), CheckpointRecord.class),
                        id.value()));
    }

    @Override
    public List<CheckpointRecord> all() {
        return database.read(s ->
                s.list(
                        "SELECT body FROM checkpoint ORDER BY id",
                        row -> read(row.getString(1), CheckpointRecord.class)));
    }

    @Override
    public void delete(CheckpointId id) {
        database.write(s -> s.update("DELETE FROM checkpoint WHERE id = ?", id.value()));
    }

    @Override
    public void begin(PendingRollback rollback) {
        database.write(s ->
                s.update(
                        "INSERT INTO pending_rollback (sandbox, body) VALUES (?1, ?2)"
                                + " ON CONFLICT (sandbox) DO UPDATE SET body = ?2",
                        rollback.sandbox().value(),
                        Json.write(rollback)));
    }

    @Override
    public Optional<PendingRollback> pending(SandboxId sandbox) {
        return database.read(s ->
                s.first(
                        "SELECT body FROM pending_rollback WHERE sandbox = ?",
                        row -> read(row.getString(1), PendingRollback.class),
                        sandbox.value()));
    }

    @Override
    public void end(SandboxId sandbox) {
        database.write(
                s -> s.update("DELETE FROM pending_rollback WHERE sandbox = ?", sandbox.value()));
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return Json.read(json, type);
        } catch (Json.MalformedJson e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "a record is not what this program writes; nothing was changed")
                    .causedBy(e);
        }
    }
}
