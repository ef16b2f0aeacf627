package dev.oxbow.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
    private static final String SECRET = "Zq8-very-secret-Value-77";

    @TempDir Path temp;

    private RunLog open(ByteSize limit) {
        try (RunFolder folder = RunFolder.at(temp)) {
            // The folder of a recording stays open; the log holds what it needs of it.
            return RunLog.open(
                    RunFolder.at(folder.path()),
                    Redactor.knowing(List.of(SECRET)),
                    limit,
                    Samples.CLOCK);
        }
    }

    private String content() throws IOException {
        return Files.readString(temp.resolve("run.log"));
    }

    private static void output(RunLog log, RunLog.Source source, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        log.output("agent_running", source, bytes, 0, bytes.length);
    }

    @Test
    void eachLineTellsTimePhaseAndStream() throws IOException {
        try (RunLog log = open(RunLog.DEFAULT_LIMIT)) {
            log.say("sync_in", "3 files sent");
            output(log, RunLog.Source.OUT, "hel");
            output(log, RunLog.Source.ERR, "warning\n");
            output(log, RunLog.Source.OUT, "lo\nrest");
        }
        assertThat(content())
                .isEqualTo(
                        """
                        2026-03-01T10:00:00.000Z sync_in out 3 files sent
                        2026-03-01T10:00:00.000Z agent_running err warning
                        2026-03-01T10:00:00.000Z agent_running out hello
                        2026-03-01T10:00:00.000Z agent_running out rest
                        """);
    }

    @Test
    void aSecretIsFoundHoweverItsBytesArrive() throws IOException {
        try (RunLog log = open(RunLog.DEFAULT_LIMIT)) {
            for (char c : ("the key is " + SECRET + " so there\n").toCharArray()) {
                output(log, RunLog.Source.OUT, String.valueOf(c));
            }
            output(log, RunLog.Source.ERR, "last " + SECRET);
            log.say("setup", "with " + SECRET);
        }
        assertThat(content()).doesNotContain(SECRET).contains("the key is ").contains("so there");
    }

    @Test
    void keepsBeginningAndEndAndMarksTheCut() throws IOException {
        ByteSize limit = new ByteSize(8192);
        try (RunLog log = open(limit)) {
            for (int i = 0; i < 2000; i++) {
                output(log, RunLog.Source.OUT, "line %04d\n".formatted(i));
                assertThat(Files.size(temp.resolve("run.log"))).isLessThanOrEqualTo(8192);
            }
        }
        List<String> lines = Files.readAllLines(temp.resolve("run.log"));
        assertThat(lines.getFirst()).endsWith("line 0000");
        assertThat(lines.getLast()).endsWith("line 1999");
        List<String> marks = lines.stream().filter(l -> l.startsWith("---")).toList();
        assertThat(marks).hasSize(1);
        long lineBytes = lines.getFirst().length() + 1L;
        long kept = (lines.size() - 1) * lineBytes;
        assertThat(marks.getFirst())
                .isEqualTo("--- %d bytes left out ---", 2000 * lineBytes - kept);
    }

    @Test
    void whatIsWrittenAnewTakesThePlaceOfWhatWasThere() throws IOException {
        try (RunLog log = open(RunLog.DEFAULT_LIMIT)) {
            log.say("sync_in", "sent");
            long agent = log.size();
            output(log, RunLog.Source.OUT, "one\ntwo\nhalf");
            log.rewind(agent);
            output(log, RunLog.Source.OUT, "one\ntwo\nthree");
            log.outputEnded();
        }
        assertThat(Files.readAllLines(temp.resolve("run.log")))
                .extracting(line -> line.substring(line.lastIndexOf(' ') + 1))
                .containsExactly("sent", "one", "two", "three");
    }

    @Test
    void aLineWithoutEndIsShownInPieces() throws IOException {
        String piece = "x".repeat(1 << 20);
        try (RunLog log = open(RunLog.DEFAULT_LIMIT)) {
            for (int i = 0; i < 8; i++) {
                output(log, RunLog.Source.OUT, piece);
            }
            assertThat(log.size()).isGreaterThan(4 << 20);
        }
        assertThat(
                        Files.readAllLines(temp.resolve("run.log")).stream()
                                .mapToLong(line -> line.length() - line.indexOf("out ") - 4)
                                .sum())
                .isEqualTo(8L << 20);
    }

    @Test
    void aFailureToWriteStopsNobodyAndIsKnown() {
        RunLog log = open(RunLog.DEFAULT_LIMIT);
        log.close();
        assertThat(log.failure()).isEmpty();
        log.say("sync_out", "too late");
        assertThat(log.failure()).isPresent();
    }

    @Test
    void countsTheCutOnAfterBeingOpenedAgain() throws IOException {
        ByteSize limit = new ByteSize(8192);
        for (int round = 0; round < 4; round++) {
            try (RunLog log = open(limit)) {
                for (int i = 0; i < 300; i++) {
                    output(log, RunLog.Source.OUT, "line %04d\n".formatted(round * 300 + i));
                }
            }
        }
        List<String> lines = Files.readAllLines(temp.resolve("run.log"));
        long lineBytes = lines.getFirst().length() + 1L;
        assertThat(lines.stream().filter(l -> l.startsWith("---")))
                .containsExactly(
                        "--- %d bytes left out ---"
                                .formatted((1200 - (lines.size() - 1)) * lineBytes));
    }
}
