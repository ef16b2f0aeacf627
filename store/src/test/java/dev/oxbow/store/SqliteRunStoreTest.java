package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.RunRecord;
import dev.oxbow.engine.RunStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SqliteRunStoreTest extends RunStoreContract {
    @TempDir Path dir;
    private final List<RunStore> open = new ArrayList<>();

    @Override
    synchronized RunStore store() {
        RunStore store = new SqliteRunStore(Database.open(file()));
        open.add(store);
        return store;
    }

    private Path file() {
        return dir.resolve("oxbow.db");
    }

    @AfterEach
    void close() {
        open.forEach(RunStore::close);
        open.clear();
    }

    private void cannotBeOpened(String why) {
        assertThatThrownBy(this::store)
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREADABLE))
                .hasMessageContaining(why);
    }

    @Test
    void aFileThatIsNoDatabaseIsAnErrorAndStaysAsItIs() throws IOException {
        String text = "precious, but no database\n".repeat(100);
        Files.writeString(file(), text);

        cannotBeOpened("not a database");
        cannotBeOpened("not a database");

        assertThat(file()).hasContent(text);
    }

    @Test
    void aDamagedDatabaseIsAnErrorAndNeverAnEmptyOne() throws IOException {
        RunRecord run = Records.run(store().openThread("identity", Records.WORKTREE).id());
        store().add(List.of(run), false);
        close();
        try (RandomAccessFile damaged = new RandomAccessFile(file().toFile(), "rw")) {
            for (long page = 4096; page < damaged.length(); page += 4096) {
                damaged.seek(page);
                damaged.write(new byte[64]);
            }
        }

        assertThatThrownBy(() -> store().run(run.id()))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREADABLE));
    }

    @Test
    void aDirectoryInItsPlaceIsAnError() throws IOException {
        Files.createDirectory(file());
        cannotBeOpened("cannot be opened");
    }

    @Test
    void aRecordThatIsNotOursIsAnErrorAndNotAbsent() {
        RunRecord run = Records.run(store().openThread("identity", Records.WORKTREE).id());
        store().add(List.of(run), false);
        try (Database database = Database.open(file())) {
            database.write(s -> s.update("UPDATE run SET progress = '{'"));
        }
        assertThatThrownBy(() -> store().run(run.id()))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREADABLE));
    }

    @Test
    void recordsOfALaterVersionAreRefusedAndLeftAlone() throws IOException {
        String installation = store().installation();
        try (Database database = Database.open(file())) {
            database.write(s -> {
                s.script("PRAGMA user_version = 99");
                return 0;
            });
        }
        close();
        byte[] before = Files.readAllBytes(file());

        assertThatThrownBy(this::store)
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREADABLE);
                            assertThat(e.suggestion()).contains("newer version");
                        })
                .hasMessageContaining("version 99");

        assertThat(Files.readAllBytes(file())).isEqualTo(before);
        assertThat(installation).isNotBlank();
    }

    @Test
    void nobodyElseMayReadIt() throws IOException {
        var _ = store().installation();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void twoProcessesWriteAtATimeAndNothingIsLost() throws Exception {
        RunId one = run("one");
        RunId two = run("two");

        Process first = writer(one, 200);
        Process second = writer(two, 200);

        assertThat(acknowledged(first)).isEqualTo(200);
        assertThat(acknowledged(second)).isEqualTo(200);
        assertNumbered(one, 200);
        assertNumbered(two, 200);
    }

    @Test
    void f52_whatWasAcknowledgedIsThereAfterAKillAndWhatWasHalfDoneIsNot() throws Exception {
        RunId run = run("one");
        Process writer = writer(run, 1_000_000);
        long seen;
        try (BufferedReader lines = writer.inputReader(StandardCharsets.UTF_8)) {
            do {
                seen = Long.parseLong(lines.readLine());
            } while (seen < 50);
            // By its handle: killed as a Process, it would lose its last words, too.
            writer.toHandle().destroyForcibly();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                seen = Long.parseLong(line);
            }
        }

        writer.waitFor();
        assertThat(store().lastSeq(run)).isBetween(seen, seen + 1);
        assertNumbered(run, store().lastSeq(run));
    }

    private RunId run(String identity) {
        RunRecord run = Records.run(store().openThread(identity, Records.WORKTREE).id());
        store().add(List.of(run), false);
        return run.id();
    }

    private void assertNumbered(RunId run, long last) {
        assertThat(store().events(run, 0, Integer.MAX_VALUE).stream().mapToLong(EventEnvelope::seq))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, last).boxed().toList());
    }

    private Process writer(RunId run, int events) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreWriter.class.getName(),
                        file().toString(),
                        run.value(),
                        Integer.toString(events))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static long acknowledged(Process writer) throws Exception {
        long last = 0;
        try (BufferedReader lines = writer.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = Long.parseLong(line);
            }
        }
        assertThat(writer.waitFor()).isZero();
        return last;
    }
}
