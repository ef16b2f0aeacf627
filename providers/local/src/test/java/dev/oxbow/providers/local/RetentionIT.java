package dev.oxbow.providers.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of streams is the writer's doing, whoever reads. */
class RetentionIT {
    private static final long WRITTEN = 30_000_000;
    private static final ByteSize KEPT = ByteSize.mebibytes(2);

    /** Holes are cut in steps of an eighth of what is kept; the disk counts in blocks. */
    private static final long MOST_ON_DISK = KEPT.bytes() + KEPT.bytes() / 8 + (256 << 10);

    private final SandboxId id = SandboxId.next();
    private @TempDir Path data;
    private Optional<LocalProvider> provider = Optional.empty();

    @BeforeEach
    void open() {
        Needs.theTools();
        provider = Optional.of(new LocalProvider(LocalConfig.of(data).withRetention(KEPT)));
    }

    @AfterEach
    void close() {
        provider.ifPresent(p -> {
            p.destroy(id);
            p.close();
        });
        // Full of links, about each of which JUnit would complain.
        Trash.deleteNow(data.resolve("etc"));
    }

    private Sandbox sandbox() {
        return provider.orElseThrow().create(SandboxSpec.of(id));
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(60));
    }

    private static long onDisk(Path file) throws Exception {
        Process du = new ProcessBuilder("du", "--block-size=1", file.toString()).start();
        return Long.parseLong(
                new String(du.getInputStream().readAllBytes(), US_ASCII).split("\t", 2)[0]);
    }

    @Test
    void f16_aProcessThatNobodyReadsKeepsNoMoreThanItShould() throws Exception {
        SandboxProcess process =
                sandbox().exec(ProcessSpec.of("head", "-c", Long.toString(WRITTEN), "/dev/zero"));
        assertThat(process.awaitExit(soon()).orElseThrow().stdoutEnd()).isEqualTo(WRITTEN);

        Path file = SandboxFolder.of(data, id).process(process.id()).path().resolve("out");
        assertThat(Files.size(file)).isEqualTo(WRITTEN);
        assertThat(onDisk(file)).isLessThanOrEqualTo(MOST_ON_DISK);

        OxException expired =
                catchThrowableOfType(OxException.class, () -> process.read(Cursor.START).close());
        assertThat(expired.code()).isEqualTo(ErrorCode.CURSOR_EXPIRED);
        long earliest = ((Number) expired.context().getOrDefault("earliest", -1L)).longValue();
        assertThat(WRITTEN - earliest).isGreaterThanOrEqualTo(KEPT.bytes());
        try (OutputReader reader = process.read(new Cursor(earliest, 0))) {
            assertThat(lengthToTheEnd(reader)).isEqualTo(WRITTEN - earliest);
        }
    }

    private static long lengthToTheEnd(OutputReader reader) throws InterruptedException {
        long length = 0;
        while (true) {
            switch (reader.next(soon()).orElseThrow()) {
                case OutputFrame.Data data -> length += data.bytes().length;
                case OutputFrame.Gap gap -> throw new AssertionError("lost: " + gap);
                case OutputFrame.Exit _ -> {
                    return length;
                }
            }
        }
    }

    @Test
    void f16_aReaderThatFallsBehindFindsAGapAndThenTheRest() throws Exception {
        SandboxProcess process =
                sandbox()
                        .exec(
                                ProcessSpec.of(
                                                "sh",
                                                "-c",
                                                "printf first; read -r x; head -c "
                                                        + WRITTEN
                                                        + " /dev/zero | tr '\\0' x")
                                        .withStdin(new ProcessSpec.Stdin.Pipe()));
        try (OutputReader slow = process.read(Cursor.START)) {
            assertThat(slow.next(soon()).orElseThrow()).isInstanceOf(OutputFrame.Data.class);
            process.write(new byte[] {'\n'});
            assertThat(process.awaitExit(soon())).isPresent();
            OutputFrame.Gap gap = (OutputFrame.Gap) slow.next(soon()).orElseThrow();
            assertThat(gap.from()).isEqualTo(5);
            long rest = 0;
            while (slow.next(soon()).orElseThrow() instanceof OutputFrame.Data data) {
                assertThat(data.offset()).isEqualTo(gap.to() + rest);
                assertThat(data.bytes()).containsOnly('x');
                rest += data.bytes().length;
            }
            assertThat(gap.to() + rest).isEqualTo(WRITTEN + 5);
        }
    }

    @Test
    void f16_aTerminalThatNobodyLooksAtKeepsNoMoreThanItShould() throws Exception {
        Terminal terminal =
                sandbox()
                        .openTerminal(
                                ProcessSpec.of(
                                        "sh", "-c", "stty raw; head -c " + WRITTEN + " /dev/zero"),
                                TerminalSize.DEFAULT);
        assertThat(terminal.awaitExit(soon())).isPresent();
        assertThat(terminal.record().end()).isEqualTo(WRITTEN);
        assertThat(WRITTEN - terminal.record().earliest()).isGreaterThanOrEqualTo(KEPT.bytes());
        Path file = SandboxFolder.of(data, id).terminal(terminal.id()).path().resolve("out");
        assertThat(onDisk(file)).isLessThanOrEqualTo(MOST_ON_DISK);
    }
}
