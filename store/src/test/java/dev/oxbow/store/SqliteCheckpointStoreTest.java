package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.CheckpointStore;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteCheckpointStoreTest extends CheckpointStoreContract {
    @TempDir Path dir;
    private final OpenDatabases databases = new OpenDatabases();

    @Override
    CheckpointStore store() {
        return new SqliteCheckpointStore(database());
    }

    private Database database() {
        return databases.open(dir);
    }

    @AfterEach
    void close() {
        databases.close();
    }

    @Test
    void aRecordThatCannotBeReadIsNotNone() {
        database().write(s -> s.update("INSERT INTO checkpoint (id, body) VALUES ('x', '{')"));

        assertThatThrownBy(() -> store().all())
                .isInstanceOfSatisfying(
                        OxException.class,
                        e ->
                                org.assertj.core.api.Assertions.assertThat(e.code())
                                        .isEqualTo(ErrorCode.STORE_UNREADABLE));
    }
}
