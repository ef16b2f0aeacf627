package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    @TempDir Path folder;

    @Test
    void aFullDiskIsToldAsSuchAndTheDatabaseGoesOnOnceThereIsRoom() {
        try (Database database = Database.open(folder.resolve("ox.db"))) {
            run(database, "CREATE TABLE note (text BLOB)");
            int pages = number(database, "PRAGMA page_count");
            number(database, "PRAGMA max_page_count = " + (pages + 2));

            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(
                                () -> run(database, "INSERT INTO note VALUES (zeroblob(1000000))"))
                        .isInstanceOfSatisfying(
                                OxException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SPACE));
            }
            assertThat(number(database, "SELECT count(*) FROM note")).isZero();

            number(database, "PRAGMA max_page_count = 100000");
            run(database, "INSERT INTO note VALUES (zeroblob(1000000))");
            assertThat(number(database, "SELECT count(*) FROM note")).isOne();
        }
    }

    @Test
    void whatIsNoDatabaseIsRefusedAndLeftAsItWas() throws Exception {
        Path file = folder.resolve("ox.db");
        Files.writeString(file, "this is a text, however long it may be, and no database at all");

        assertThatThrownBy(() -> Database.open(file).close())
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREADABLE));
        assertThat(file).content().startsWith("this is a text");
    }

    private static void run(Database database, String sql) {
        database.write(session -> session.update(sql));
    }

    private static int number(Database database, String sql) {
        return database.<Integer>read(
                session -> session.first(sql, row -> row.getInt(1)).orElse(0));
    }
}
