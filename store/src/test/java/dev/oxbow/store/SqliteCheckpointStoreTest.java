package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.CheckpointStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteCheckpointStoreTest extends CheckpointStoreContract {
    @TempDir Path dir;
    private final List<Database> open = new ArrayList<>();

    @Override
    CheckpointStore store() {
        return new SqliteCheckpointStore(database());
    }

    private Database database() {
        Database database = Database.open(dir.resolve("oxbow.db"));
        open.add(database);
        return database;
    }

    @AfterEach
    void close() {
        open.forEach(Database::close);
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
