package dev.oxbow.store;

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
        return database.read(s ->
                        s.first(
                                "SELECT body FROM manifest WHERE sandbox = ?",
                                row -> row.getBytes(1),
                                sandbox.value()))
                .map(Manifest::decode);
    }

    @Override
    public void save(Manifest manifest) {
        database.write(s ->
                s.update(
                        "INSERT INTO manifest (sandbox, body) VALUES (?1, ?2)"
                                + " ON CONFLICT (sandbox) DO UPDATE SET body = ?2",
                        manifest.sandbox().value(),
                        manifest.encode()));
    }

    @Override
    public void delete(SandboxId sandbox) {
        database.write(s -> s.update("DELETE FROM manifest WHERE sandbox = ?", sandbox.value()));
    }
}
