package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How output is kept and delivered. */
public abstract class OutputContract extends ProviderContract {
    private static final int TEN_MEGABYTES = 10_000_000;

    private static ProcessSpec piped(String script) {
        return sh(script).withStdin(new ProcessSpec.Stdin.Pipe());
    }

    private static void line(SandboxProcess process) {
        process.write("\n".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tenMegabytesOfAnyBytesArriveUnchanged() throws InterruptedException {
        Sandbox sandbox = sandbox();
        byte[] content = randomBytes(TEN_MEGABYTES);
        content[5] = 0;
        write(sandbox, "big", content);
        Ran ran = run(sandbox, ProcessSpec.of("cat", "big"));
        assertThat(Arrays.equals(ran.stdout(), content)).isTrue();
        assertThat(ran.exit().stdoutEnd()).isEqualTo(TEN_MEGABYTES);
    }

    @Test
    void linesOfOneStreamKeepTheirOrder() throws InterruptedException {
        assertThat(run(sandbox(), "seq 1 30000").out())
                .isEqualTo(
                        IntStream.rangeClosed(1, 30_000)
                                .mapToObj(Integer::toString)
                                .collect(Collectors.joining("\n", "", "\n")));
    }

    @Test
    void theTwoStreamsAreApart() throws InterruptedException {
        Ran ran = run(sandbox(), "echo one; echo two >&2; echo three; printf four >&2");
        assertThat(ran.out()).isEqualTo("one\nthree\n");
        assertThat(ran.err()).isEqualTo("two\nfour");
    }

    @Test
    void manyBytesOnBothStreamsAtOnceBlockNobody() throws InterruptedException {
        Ran ran =
                run(sandbox(), "head -c 2000000 /dev/zero & head -c 2000000 /dev/zero >&2 & wait");
        assertThat(ran.stdout()).hasSize(2_000_000);
        assertThat(ran.stderr()).hasSize(2_000_000);
    }

    @Test
    void outputIsDeliveredWhileTheProcessRuns() throws InterruptedException {
        SandboxProcess process = sandbox().exec(piped("echo one; read -r x; echo two"));
        try (OutputCollector output = new OutputCollector(process, Cursor.START)) {
            output.until("one\n", soon());
            assertThat(process.exit()).isEmpty();
            line(process);
            assertThat(output.toTheEnd(soon()).out()).isEqualTo("one\ntwo\n");
        }
    }

    @Test
    void aSilentProcessGivesNothingUntilTheDeadline() throws InterruptedException {
        SandboxProcess process = sandbox().exec(piped("read -r x; echo done"));
        try (OutputReader reader = process.read(Cursor.START)) {
            assertThat(reader.next(Deadline.in(Duration.ofMillis(30)))).isEmpty();
            line(process);
            assertThat(reader.next(soon()))
                    .contains(
                            new OutputFrame.Data(
                                    SandboxProcess.Channel.STDOUT,
                                    0,
                                    "done\n".getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(process.awaitExit(soon())).isPresent();
    }

    @Test
    void f16_aReaderThatDoesNotReadBlocksNobody() throws InterruptedException {
        Sandbox sandbox = sandbox();
        write(sandbox, "big", randomBytes(6_000_000));
        SandboxProcess process = sandbox.exec(ProcessSpec.of("cat", "big"));
        try (OutputCollector slow = new OutputCollector(process, Cursor.START)) {
            assertThat(process.awaitExit(soon())).isPresent();
            assertThat(slow.toTheEnd(soon()).stdout()).hasSize(6_000_000);
            assertThat(slow.gaps()).isEmpty();
        }
    }

    @Test
    void f16_beyondTheRetentionTheLossIsSaidAndTheRestIsKept() throws InterruptedException {
        int written = 80 << 20;
        SandboxProcess process =
                sandbox()
                        .exec(ProcessSpec.of("head", "-c", Integer.toString(written), "/dev/zero"));
        assertThat(process.awaitExit(soon())).isPresent();
        try (OutputCollector output = new OutputCollector(process, earliest(process))) {
            long kept = output.toTheEnd(soon()).stdout().length;
            long lost = output.gaps().stream().mapToLong(gap -> gap.to() - gap.from()).sum();
            assertThat(output.start().stdout() + lost + kept).isEqualTo(written);
            assertThat(kept).isGreaterThanOrEqualTo(8 << 20);
        }
    }

    /** The first kept byte, as the refusal of an older one says. */
    private static Cursor earliest(SandboxProcess process) {
        try {
            process.read(Cursor.START).close();
            return Cursor.START;
        } catch (OxException expired) {
            assertThat(expired.code()).isEqualTo(ErrorCode.CURSOR_EXPIRED);
            assertThat(expired.context()).containsKeys("earliest", "latest");
            long at = ((Number) expired.context().getOrDefault("earliest", -1)).longValue();
            return new Cursor(at, 0);
        }
    }

    @Test
    void severalReadersGetTheSame() throws InterruptedException {
        SandboxProcess process =
                sandbox().exec(sh("for i in 1 2 3 4 5 6 7 8 9; do seq 1 2000; done; echo e >&2"));
        assertThat(
                        together(Collections.nCopies(4, (Callable<Ran>) () -> collect(process)))
                                .stream()
                                .map(ran -> ran.out() + ran.err())
                                .distinct())
                .hasSize(1);
    }

    @Test
    void f15_readingGoesOnWhereAnotherReaderStopped() throws InterruptedException {
        needs(Capability.EXEC_CURSOR);
        SandboxProcess process =
                sandbox().exec(piped("echo one; echo err >&2; read -r x; echo two; echo rr >&2"));
        Cursor reached;
        try (OutputCollector first = new OutputCollector(process, Cursor.START)) {
            first.until("one\n", soon());
            reached = first.cursor();
        }
        line(process);
        try (OutputCollector second = new OutputCollector(process, reached)) {
            assertThat(second.toTheEnd(soon()).out()).isEqualTo("two\n");
        }
        assertThat(collect(process).out()).isEqualTo("one\ntwo\n");
    }

    @Test
    void readingStartsAtAnyByte() throws InterruptedException {
        needs(Capability.EXEC_CURSOR);
        SandboxProcess process = sandbox().exec(sh("printf abcdef; printf uvwxyz >&2"));
        assertThat(process.awaitExit(soon())).isPresent();
        for (int at = 0; at <= 6; at++) {
            try (OutputCollector output = new OutputCollector(process, new Cursor(at, 6 - at))) {
                Ran ran = output.toTheEnd(soon());
                assertThat(ran.out()).isEqualTo("abcdef".substring(at));
                assertThat(ran.err()).isEqualTo("uvwxyz".substring(6 - at));
            }
        }
    }

    @Test
    void readingBeyondTheEndIsRefused() throws InterruptedException {
        SandboxProcess process = sandbox().exec(sh("printf abc"));
        assertThat(process.awaitExit(soon())).isPresent();
        OxException refusal =
                refused(ErrorCode.CURSOR_AHEAD, () -> process.read(new Cursor(4, 0)).close());
        assertThat(refusal.getMessage()).isNotBlank();
        refused(ErrorCode.CURSOR_AHEAD, () -> process.read(new Cursor(0, 1)).close());
    }

    @Test
    void theOutputOfAnEndedProcessStaysReadable() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess process = sandbox.exec(sh("echo kept; exit 5"));
        Ran first = collect(process);
        Ran second = collect(sandbox.process(process.id()).orElseThrow());
        assertThat(second.out()).isEqualTo(first.out()).isEqualTo("kept\n");
        assertThat(second.exit()).isEqualTo(first.exit());
    }

    @Test
    void outputGoesOnAfterItsReaderIsGone() throws InterruptedException {
        SandboxProcess process =
                sandbox().exec(piped("echo one; read -r x; head -c 200000 /dev/zero; echo end"));
        try (OutputCollector gone = new OutputCollector(process, Cursor.START)) {
            gone.until("one\n", soon());
        }
        line(process);
        assertThat(process.awaitExit(soon())).isPresent();
        assertThat(collect(process).stdout()).hasSize(4 + 200_000 + 4);
    }

    @Test
    void aClosedReaderDeliversNothingMore() throws InterruptedException {
        SandboxProcess process = sandbox().exec(sh("echo one"));
        OutputReader reader = process.read(Cursor.START);
        reader.close();
        reader.close();
        assertThat(process.awaitExit(soon())).isPresent();
        assertThat(reader.next(Deadline.in(Duration.ofMillis(10)))).isEmpty();
    }
}
