package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Standard input that is written while the process runs. */
public abstract class InputContract extends ProviderContract {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private SandboxProcess piped(String script) {
        return sandbox().exec(sh(script).withStdin(new ProcessSpec.Stdin.Pipe()));
    }

    @Test
    void oneMegabyteInPiecesArrivesInOrder() throws InterruptedException {
        byte[] content = randomBytes(1 << 20);
        SandboxProcess process = piped("cat");
        for (int at = 0; at < content.length; at += 50_000) {
            process.write(Arrays.copyOfRange(content, at, Math.min(content.length, at + 50_000)));
        }
        process.closeStdin();
        Ran ran = collect(process);
        assertThat(ran.code()).isZero();
        assertThat(Arrays.equals(ran.stdout(), content)).isTrue();
    }

    @Test
    void oneMegabyteAtOnceArrives() throws InterruptedException {
        byte[] content = randomBytes(1 << 20);
        SandboxProcess process = piped("cat");
        process.write(content);
        process.closeStdin();
        assertThat(Arrays.equals(collect(process).stdout(), content)).isTrue();
    }

    @Test
    void oneMegabyteGivenAtTheStartArrives() throws InterruptedException {
        byte[] content = randomBytes(1 << 20);
        ProcessSpec spec = ProcessSpec.of("cat").withStdin(new ProcessSpec.Stdin.Bytes(content));
        assertThat(Arrays.equals(run(sandbox(), spec).stdout(), content)).isTrue();
    }

    @Test
    void whatIsWrittenArrivesWithoutClosing() throws InterruptedException {
        SandboxProcess process = piped("while read -r x; do echo \"got $x\"; done; echo end");
        try (OutputCollector output = new OutputCollector(process, Cursor.START)) {
            process.write(bytes("one\n"));
            output.until("got one\n", soon());
            process.write(bytes("t"));
            process.write(bytes("wo\n"));
            output.until("got two\n", soon());
            process.closeStdin();
            assertThat(output.toTheEnd(soon()).out()).isEqualTo("got one\ngot two\nend\n");
        }
    }

    @Test
    void whatWasWrittenIsNotWrittenTwice() throws InterruptedException {
        SandboxProcess process = piped("cat");
        process.write(0, bytes("one\n"));
        process.write(0, bytes("one\n"));
        process.write(0, bytes("one\ntwo\n"));
        process.write(bytes("three\n"));
        try (OutputCollector output = new OutputCollector(process, Cursor.START)) {
            output.until("three\n", soon());
            assertThat(process.written()).isEqualTo(14);
            process.write(8, bytes("three\nfour\n"));
            refused(ErrorCode.CURSOR_AHEAD, () -> process.write(20, bytes("x")));
            process.closeStdin();
            assertThat(output.toTheEnd(soon()).out()).isEqualTo("one\ntwo\nthree\nfour\n");
        }
    }

    @Test
    void anotherWriterGoesOnWhereTheFirstStopped() throws InterruptedException {
        byte[] content = randomBytes(300_000);
        Sandbox sandbox = sandbox();
        SandboxProcess process = sandbox.exec(sh("cat").withStdin(new ProcessSpec.Stdin.Pipe()));
        process.write(0, Arrays.copyOf(content, 200_000));
        try (var other = subject().open()) {
            SandboxProcess same =
                    other.get(sandbox.id())
                            .flatMap(found -> found.process(process.id()))
                            .orElseThrow();
            same.write(0, Arrays.copyOf(content, 250_000));
            same.write(250_000, Arrays.copyOfRange(content, 250_000, content.length));
            same.closeStdin();
        }
        assertThat(Arrays.equals(collect(process).stdout(), content)).isTrue();
    }

    @Test
    void aWriterIsFreeAgainWhenAProcessThatReadsNothingEnds() throws InterruptedException {
        SandboxProcess process = piped("echo ready; sleep 0.5");
        untilReady(process);
        try {
            for (int i = 0; i < 50; i++) {
                process.write(new byte[10_000]);
            }
        } catch (OxException ended) {
            assertThat(ended.code()).isEqualTo(ErrorCode.OPERATION_INTERRUPTED);
        }
        assertThat(process.awaitExit(soon())).isPresent();
    }

    @Test
    void closingTwiceIsClosingOnce() throws InterruptedException {
        SandboxProcess process = piped("cat; echo end");
        process.closeStdin();
        process.closeStdin();
        assertThat(collect(process).out()).isEqualTo("end\n");
        process.closeStdin();
    }

    @Test
    void writingAfterTheEndIsRefused() throws InterruptedException {
        SandboxProcess process = piped("exit 0");
        assertThat(process.awaitExit(soon())).isPresent();
        refused(ErrorCode.OPERATION_INTERRUPTED, () -> process.write(bytes("late\n")));
    }

    @Test
    void writingAfterClosingIsRefused() throws InterruptedException {
        SandboxProcess process = piped("cat; echo ready; read -r x </dev/null; sleep 5 & wait $!");
        process.closeStdin();
        untilReady(process);
        refused(ErrorCode.OPERATION_INTERRUPTED, () -> process.write(bytes("late\n")));
        process.terminate(Duration.ofSeconds(1));
    }

    @Test
    void aProcessFoundAgainTakesInput() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess process =
                sandbox.exec(
                        sh("read -r x; echo \"got $x\"").withStdin(new ProcessSpec.Stdin.Pipe()));
        try (var other = subject().open()) {
            other.get(sandbox.id())
                    .flatMap(found -> found.process(process.id()))
                    .orElseThrow()
                    .write(bytes("it\n"));
        }
        assertThat(collect(process).out()).isEqualTo("got it\n");
    }
}
