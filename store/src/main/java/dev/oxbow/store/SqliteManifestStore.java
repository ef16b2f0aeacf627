package dev.oxbow.store;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Id;
import dev.oxbow.base.SandboxId;
import dev.oxbow.workspace.Manifest;
import dev.oxbow.workspace.ManifestStore;
import java.util.Optional;

/** {@link ManifestStore} in a {@link Database}, which it does not close. */
public final class SqliteManifestStore implements ManifestStore {
    private final Database database;

    /** A store in that database. */
    public SqliteManifestStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Manifest> load(SandboxId sandbox) {
        return load("SELECT body FROM manifest WHERE sandbox = ?", sandbox);
    }

    @Override
    public void save(Manifest manifest) {
        save(
                "INSERT INTO manifest (sandbox, body) VALUES (?1, ?2)"
                        + " ON CONFLICT (sandbox) DO UPDATE SET body = ?2",
                manifest.sandbox(),
                manifest);
    }

    @Override
    public void delete(SandboxId sandbox) {
        delete("DELETE FROM manifest WHERE sandbox = ?", sandbox);
    }

    @Override
    public Optional<Manifest> load(CheckpointId checkpoint) {
        return load("SELECT body FROM checkpoint_manifest WHERE checkpoint = ?", checkpoint);
    }

    @Override
    public void save(CheckpointId checkpoint, Manifest manifest) {
        save(
                "INSERT INTO checkpoint_manifest (checkpoint, body) VALUES (?1, ?2)"
                        + " ON CONFLICT (checkpoint) DO UPDATE SET body = ?2",
                checkpoint,
                manifest);
    }

    @Override
    public void delete(CheckpointId checkpoint) {
        delete("DELETE FROM checkpoint_manifest WHERE checkpoint = ?", checkpoint);
    }

    private Optional<Manifest> load(String sql, Id of) {
        return database.read(s -> s.first(sql, row -> row.getBytes(1), of.value()))
                .map(Manifest::decode);
    }

    private void save(String sql, Id of, Manifest manifest) {
        database.write(s -> s.update(sql, of.value(), manifest.encode()));
    }

    private void delete(String sql, Id of) {
        database.write(s -> s.update(sql, of.value()));
    }
}
