package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.workspace.ManifestStore;
import java.nio.file.Path;
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
}
