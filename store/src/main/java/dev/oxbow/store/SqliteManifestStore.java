package dev.oxbow.store;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Id;
import dev.oxbow.base.SandboxId;
import dev.oxbow.workspace.Manifest;
import dev.oxbow.workspace.ManifestStore;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * {@link ManifestStore} in a {@link Database}, which it does not close. A sandbox's manifest is
 * kept in parts of {@value #PART} bytes, so that only those that differ are written again.
 */
public final class SqliteManifestStore implements ManifestStore {
    private static final int PART = 32 << 10;

    private final Database database;

    /** A store in that database. */
    public SqliteManifestStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Manifest> load(SandboxId sandbox) {
        return load("SELECT body FROM manifest WHERE sandbox = ? ORDER BY part", sandbox);
    }

    @Override
    public void save(Manifest manifest) {
        String sandbox = manifest.sandbox().value();
        byte[] body = manifest.encode();
        List<Object[]> parts = new ArrayList<>();
        for (int from = 0; from < body.length; from += PART) {
            int to = Math.min(body.length, from + PART);
            parts.add(new Object[] {sandbox, parts.size(), Arrays.copyOfRange(body, from, to)});
        }
        database.write(s -> {
            s.updateEach(
                    "INSERT INTO manifest (sandbox, part, body) VALUES (?1, ?2, ?3)"
                            + " ON CONFLICT (sandbox, part) DO UPDATE SET body = ?3"
                            + " WHERE body IS NOT ?3",
                    parts);
            return s.update(
                    "DELETE FROM manifest WHERE sandbox = ?1 AND part >= ?2",
                    sandbox,
                    parts.size());
        });
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
        database.write(s ->
                s.update(
                        "INSERT INTO checkpoint_manifest (checkpoint, body) VALUES (?1, ?2)"
                                + " ON CONFLICT (checkpoint) DO UPDATE SET body = ?2",
                        checkpoint.value(),
                        manifest.encode()));
    }

    @Override
    public void delete(CheckpointId checkpoint) {
        delete("DELETE FROM checkpoint_manifest WHERE checkpoint = ?", checkpoint);
    }

    private Optional<Manifest> load(String sql, Id of) {
        List<byte[]> parts = database.read(s -> s.list(sql, row -> row.getBytes(1), of.value()));
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        parts.forEach(body::writeBytes);
        return Optional.of(Manifest.decode(body.toByteArray()));
    }

    private void delete(String sql, Id of) {
        database.write(s -> s.update(sql, of.value()));
    }
}
