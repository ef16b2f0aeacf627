package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.workspace.Manifest;
import dev.oxbow.workspace.ManifestStore;
import dev.oxbow.workspace.SampleManifests;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteManifestStoreTest extends ManifestStoreContract {
    @TempDir Path dir;
    private final OpenDatabases databases = new OpenDatabases();

    @Override
    ManifestStore store() {
        return new SqliteManifestStore(database());
    }

    private Database database() {
        return databases.open(dir);
    }

    @AfterEach
    void close() {
        databases.close();
    }

    @Test
    void aManifestThatCannotBeReadIsAnErrorAndStays() {
        database()
                .write(s ->
                        s.update(
                                "INSERT INTO manifest (sandbox, body) VALUES (?, ?)",
                                SANDBOX.value(),
                                new byte[] {1, 2, 3}));

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> store().load(SANDBOX))
                    .isInstanceOfSatisfying(
                            OxException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREADABLE));
        }
    }

    @Test
    void whatAnEarlierVersionKeptInOnePieceIsRead() {
        byte[] whole = SampleManifests.of(SANDBOX, "earlier", 5_000).encode();
        database()
                .write(s ->
                        s.update(
                                "INSERT INTO manifest (sandbox, body) VALUES (?, ?)",
                                SANDBOX.value(),
                                whole));

        assertThat(store().load(SANDBOX).map(Manifest::worktree)).contains("earlier");
        store().save(SampleManifests.of(SANDBOX, "later", 5_000));
        assertThat(store().load(SANDBOX).map(Manifest::worktree)).contains("later");
    }

    @Test
    void onlyThePartsThatDifferAreWritten() {
        store().save(SampleManifests.of(SANDBOX, "one", 5_000));
        database().write(s -> s.update("CREATE TABLE written (part INTEGER)"));
        database()
                .write(s ->
                        s.update(
                                "CREATE TRIGGER each_part AFTER UPDATE ON manifest"
                                        + " BEGIN INSERT INTO written VALUES (new.part); END"));

        store().save(SampleManifests.of(SANDBOX, "two", 5_000));

        // The first holds the name of the worktree, the last a checksum.
        List<Boolean> atAnEnd =
                database()
                        .read(session ->
                                session.list(
                                        "SELECT part = 0 OR part = (SELECT max(part) FROM manifest)"
                                                + " FROM written",
                                        row -> row.getBoolean(1)));
        assertThat(atAnEnd).containsExactly(true, true);
    }
}
