package dev.oxbow.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.Redactor;
import dev.oxbow.recording.RunFolder;
import dev.oxbow.recording.RunLog;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedLogTest {
    private static final ByteSize LIMIT = new ByteSize(4096);

    /** Every line is as long as any other, so that its number is its place. */
    private static final int LINE = "2026-01-01T00:00:00.000Z agent out line 000000\n".length();

    @TempDir Path temp;

    private final AtomicBoolean over = new AtomicBoolean();
    private RunFolder folder;
    private RunLog log;
    private int lines;

    @BeforeEach
    void open() {
        folder = RunFolder.at(temp);
        log = RunLog.open(folder, Redactor.knowing(List.of()), LIMIT, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        log.close();
        folder.close();
    }

    private void write(int count) {
        for (int i = 0; i < count; i++) {
            log.say("agent", "line %06d".formatted(lines++));
        }
    }

    private FollowedLog reader(long offset) {
        return new FollowedLog(temp.resolve("run.log"), offset, new EventBell(), over::get);
    }

    private static String all(FollowedLog reader) throws InterruptedException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (true) {
            Optional<byte[]> piece = reader.next(Deadline.in(Duration.ZERO));
            if (piece.isEmpty()) {
                return read.toString(UTF_8);
            }
            read.writeBytes(piece.get());
        }
    }

    private static OxException refused(ErrorCode code, Runnable call) {
        OxException refusal = catchThrowableOfType(OxException.class, call::run);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        return refusal;
    }

    private static long number(OxException from, String key) {
        return ((Number) from.context().getOrDefault(key, -1L)).longValue();
    }

    @Test
    void positionsStayTrueWhenTheMiddleIsLeftOut() throws InterruptedException {
        write(1000);
        long latest = 1000L * LINE;
        for (long line : List.of(0L, 1L, 40L, 990L, 999L)) {
            try (FollowedLog reader = reader(line * LINE)) {
                assertThat(all(reader)).contains("line %06d\n".formatted(line));
                assertThat(reader.offset()).isEqualTo(latest);
            }
        }
        try (FollowedLog reader = reader(latest)) {
            assertThat(all(reader)).isEmpty();
            write(1);
            assertThat(all(reader)).endsWith("line 001000\n").hasSize(LINE);
        }
    }

    @Test
    void whatWasLeftOutIsExpiredAndSaysWhereTheRestIs() throws InterruptedException {
        write(1000);
        OxException expired = refused(ErrorCode.CURSOR_EXPIRED, () -> reader(500L * LINE).close());
        assertThat(number(expired, "latest")).isEqualTo(1000L * LINE);
        long earliest = number(expired, "earliest");
        try (FollowedLog reader = reader(earliest)) {
            assertThat(all(reader)).contains("line %06d\n".formatted(earliest / LINE));
        }
        refused(ErrorCode.CURSOR_EXPIRED, () -> reader(earliest - 1).close());
        assertThat(
                        number(
                                refused(
                                        ErrorCode.CURSOR_AHEAD,
                                        () -> reader(1000L * LINE + 1).close()),
                                "latest"))
                .isEqualTo(1000L * LINE);
    }

    @Test
    void aReaderFromTheStartIsToldHowMuchIsMissing() throws InterruptedException {
        write(1000);
        try (FollowedLog reader = reader(0)) {
            String text = all(reader);
            String mark = text.lines().filter(l -> l.startsWith("--- ")).findFirst().orElseThrow();
            long missing = Long.parseLong(mark.split(" ", -1)[1]);
            assertThat(text.length() - mark.length() - 1 + missing).isEqualTo(1000L * LINE);
        }
    }

    @Test
    void f16_whoIsTooSlowIsToldOnceAndThenLetGoAndCanComeBack() throws InterruptedException {
        write(10);
        try (FollowedLog slow = reader(0);
                FollowedLog quick = reader(0)) {
            assertThat(slow.next(Deadline.in(Duration.ZERO))).isPresent();
            assertThat(all(quick)).contains("line 000009\n");
            long told = 0;
            for (int i = 0; i < 100; i++) {
                write(10);
                assertThat(all(quick)).doesNotContain("left out").hasSize(10 * LINE);
            }
            // A little of the head is still there; then a gap.
            while (told == 0) {
                String piece =
                        new String(slow.next(Deadline.in(Duration.ZERO)).orElseThrow(), UTF_8);
                told = piece.startsWith("--- ") ? piece.length() : 0;
            }
            write(200);
            OxException letGo =
                    refused(
                            ErrorCode.SUBSCRIBER_TOO_SLOW,
                            () -> {
                                try {
                                    all(slow);
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            });
            assertThat(number(letGo, "offset")).isEqualTo(slow.offset());
            try (FollowedLog again = reader(number(letGo, "earliest"))) {
                assertThat(all(again)).endsWith("line %06d\n".formatted(lines - 1));
            }
        }
    }

    @Test
    void whoHasCaughtUpMayFallBehindAnew() throws InterruptedException {
        try (FollowedLog reader = reader(0)) {
            for (int i = 0; i < 3; i++) {
                write(500);
                assertThat(all(reader)).endsWith("line %06d\n".formatted(lines - 1));
            }
        }
    }

    @Test
    void aPieceThatIsTooLargeLeavesOneGap() throws InterruptedException {
        write(20);
        log.say("agent", "x\n".repeat(2000).strip());
        write(1);
        try (FollowedLog reader = reader(0)) {
            assertThat(all(reader).lines().filter(l -> l.startsWith("--- "))).hasSize(1);
            assertThat(reader.offset()).isGreaterThan(2000 * 30);
        }
    }

    @Test
    void theEndIsFoundAlsoWhenTheRunIsOver() throws InterruptedException {
        write(3);
        over.set(true);
        try (FollowedLog reader = reader(0)) {
            assertThat(all(reader)).hasSize(3 * LINE);
            assertThat(reader.finished()).isTrue();
        }
    }
}
