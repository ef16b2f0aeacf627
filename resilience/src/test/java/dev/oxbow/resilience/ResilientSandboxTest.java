package dev.oxbow.resilience;

import static dev.oxbow.resilience.FarAway.failure;
import static dev.oxbow.resilience.FarAway.output;
import static dev.oxbow.resilience.FarAway.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileChange;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.FileWatch;
import dev.oxbow.sandbox.NetworkPhase;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.faults.Operation;
import dev.oxbow.sandbox.faults.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the failure matrix that concern a sandbox that is in use. */
@Timeout(60)
class ResilientSandboxTest {
    private static final int SIZE = 100_000;

    private static ProcessSpec sh(String script) {
        return ProcessSpec.of("sh", "-c", script);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attach#1: reset(10k)",
                "attach#1: reset(10k)\nattach#2: reset(1)\nattach#3: fail(503)",
                "attach#1: truncate(10k)",
                "attach#1: halfOpen\nattach#2: halfOpen",
                "attach#1-3: reset(0)"
            })
    void f15_aStreamThatIsCutOrGoesSilentIsFollowedToItsLastByte(String script) throws Exception {
        try (FarAway far = new FarAway(script)) {
            SandboxProcess process =
                    far.provider
                            .create(spec())
                            .exec(sh("head -c " + SIZE + " /dev/zero; echo end"));
            byte[] whole = output(process);
            assertThat(whole).hasSize(SIZE + 4).endsWith("end\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void f15_aStreamThatCannotBeFollowedIsLostAndSaysHowFarItCame() throws Exception {
        try (FarAway far = new FarAway("attach: reset(0)")) {
            SandboxProcess process = far.provider.create(spec()).exec(sh("echo hello"));
            assertThat(process.awaitExit(Deadline.in(Duration.ofSeconds(20)))).isPresent();
            assertThatThrownBy(() -> output(process))
                    .isInstanceOfSatisfying(
                            OxException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.STREAM_LOST))
                    .hasMessageContaining("beyond byte 0 of stdout");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "read#1: reset(10k); read#3: reset(20k); read#4: reset(21k) | 21",
                "read#1: halfOpen; read#3: halfOpen; read#4: halfOpen | 0"
            })
    void f32_aFileThatIsCutOffIsReadOnOnceAndThenTold(String script, int percent)
            throws IOException {
        try (FarAway far = new FarAway(script.replace("; ", "\n"))) {
            Sandbox sandbox = far.provider.create(spec());
            byte[] content = new byte[100 << 10];
            new Random(1).nextBytes(content);
            try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
                TreePath path = TreePath.of("big.bin");
                files.write(path, 0644, Optional.empty(), new ByteArrayInputStream(content));
                try (InputStream in = files.read(path)) {
                    assertThat(in.readAllBytes()).isEqualTo(content);
                }
                try (InputStream in = files.read(path)) {
                    OxException failure =
                            failure(ErrorCode.TRANSFER_INTERRUPTED, () -> readAll(in));
                    assertThat(failure).hasMessageContaining("cut at %d %% of big.bin", percent);
                }
            }
        }
    }

    @Test
    void f32_aFileThatNobodyTakesIsNotWaitedForWithoutEnd() {
        try (FarAway far = new FarAway("write#1: halfOpen")) {
            Sandbox sandbox = far.provider.create(spec());
            try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
                OxException failure =
                        failure(
                                ErrorCode.PROVIDER_TIMEOUT,
                                () -> {
                                    try {
                                        files.write(
                                                TreePath.of("file"),
                                                0644,
                                                Optional.empty(),
                                                new ByteArrayInputStream(new byte[1 << 20]));
                                    } catch (IOException e) {
                                        throw new UncheckedIOException(e);
                                    }
                                });
                assertThat(failure.admitted()).isEqualTo(OxException.Admitted.UNKNOWN);
                assertThat(files.stat(TreePath.of("file"))).isEmpty();
            }
        }
    }

    @Test
    void contentThatMovesTakesAsLongAsItTakes() throws IOException {
        try (FarAway far = new FarAway("")) {
            Sandbox sandbox = far.provider.create(spec());
            byte[] content = new byte[20];
            new Random(3).nextBytes(content);
            try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
                files.write(
                        TreePath.of("slow"),
                        0644,
                        Optional.empty(),
                        new SlowContent(content, far.time, Duration.ofSeconds(50)));
                try (InputStream in = files.read(TreePath.of("slow"))) {
                    assertThat(in.readAllBytes()).isEqualTo(content);
                }
            }
            assertThat(far.time.elapsed()).isGreaterThan(Duration.ofMinutes(10));
        }
    }

    /** Gives a byte at a time, each after a pause. */
    private static final class SlowContent extends ByteArrayInputStream {
        private final VirtualTime time;
        private final Duration pause;

        SlowContent(byte[] content, VirtualTime time, Duration pause) {
            super(content);
            this.time = time;
            this.pause = pause;
        }

        @Override
        public synchronized int read(byte[] to, int from, int wanted) {
            time.advance(pause);
            return super.read(to, from, Math.min(wanted, 1));
        }
    }

    private static void readAll(InputStream in) {
        try {
            byte[] unusedMustFail = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void f32_aFileThatEndsTooSoonIsNotAShorterFile() throws IOException {
        try (FarAway far = new FarAway("read#1: truncate(1k)")) {
            Sandbox sandbox = far.provider.create(spec());
            byte[] content = new byte[4 << 10];
            try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
                TreePath path = TreePath.of("file");
                files.write(path, 0644, Optional.empty(), new ByteArrayInputStream(content));
                try (InputStream in = files.read(path)) {
                    assertThat(in.readAllBytes()).isEqualTo(content);
                }
            }
        }
    }

    @Test
    void f48_aCommandWhoseAnswerIsLostIsAskedForAgainInTheSameRuntime() throws Exception {
        try (FarAway far = new FarAway("exec#1: lost")) {
            Sandbox sandbox = far.provider.create(spec());
            assertThat(output(sandbox.exec(sh("echo x >> f; cat f")))).asString().isEqualTo("x\n");
            assertThat(sandbox.processes()).hasSize(1);
        }
    }

    @Test
    void f48_aCommandIsNotRepeatedInAnotherRuntime() {
        try (FarAway far = new FarAway("exec#1: lost\nrecord#2: delay(1s)")) {
            Sandbox sandbox = far.provider.create(spec());
            Sandbox replaced = far.faulty.real().get(sandbox.id()).orElseThrow();
            // The runtime is replaced while the answer is on its way.
            far.world.onNext(
                    "exec",
                    () -> {
                        replaced.stop();
                        replaced.start();
                    });
            OxException failure =
                    failure(ErrorCode.OPERATION_INTERRUPTED, () -> sandbox.exec(sh("true")));
            assertThat(failure)
                    .hasMessage("runtime replaced during exec; admitted unknown; not repeated");
            assertThat(failure.context()).containsEntry("reason", "runtime_replaced");
            assertThat(failure.admitted()).isEqualTo(OxException.Admitted.UNKNOWN);
            assertThat(far.calls(Operation.EXEC)).isEqualTo(1);
        }
    }

    @Test
    void f48_inputThatMayHaveArrivedIsNotTypedTwice() throws Exception {
        try (FarAway far = new FarAway("stdin#1: fail(503)\nstdin#3: lost")) {
            Sandbox sandbox = far.provider.create(spec());
            SandboxProcess process =
                    sandbox.exec(ProcessSpec.of("cat").withStdin(new ProcessSpec.Stdin.Pipe()));
            process.write("one\n".getBytes(StandardCharsets.UTF_8));
            OxException failure =
                    failure(
                            ErrorCode.OPERATION_INTERRUPTED,
                            () -> process.write("two\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(failure.admitted()).isEqualTo(OxException.Admitted.UNKNOWN);
            process.closeStdin();
            assertThat(output(process)).asString().isEqualTo("one\ntwo\n");
        }
    }

    @Test
    void f15_aWatchThatIsCutIsOpenedAnewAndSaysThatSomethingMayBeMissing() throws Exception {
        try (FarAway far = new FarAway("watch#1: reset(1)\nwatch#2: fail(503)")) {
            Sandbox sandbox = far.provider.create(spec());
            try (FileWatch watch = sandbox.watch(Sandbox.WORKSPACE);
                    FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
                Deadline deadline = Deadline.in(Duration.ofSeconds(20));
                files.mkdir(TreePath.of("before"), 0755);
                assertThat(watch.next(deadline))
                        .contains(new FileChange.Created(TreePath.of("before")));
                assertThat(watch.next(deadline))
                        .contains(new FileChange.Rescan(FileChange.Cause.RECONNECTED));
                files.mkdir(TreePath.of("after"), 0755);
                assertThat(watch.next(deadline))
                        .contains(new FileChange.Created(TreePath.of("after")));
            }
            assertThat(far.calls(Operation.WATCH)).isEqualTo(3);
        }
    }

    @Test
    void aWatchThatIsCutAgainAndAgainIsLost() throws Exception {
        try (FarAway far = new FarAway("watch: reset(0)")) {
            try (FileWatch watch = far.provider.create(spec()).watch(Sandbox.WORKSPACE)) {
                Deadline deadline = Deadline.in(Duration.ofSeconds(20));
                for (int i = 0; i < 6; i++) {
                    assertThat(watch.next(deadline))
                            .contains(new FileChange.Rescan(FileChange.Cause.RECONNECTED));
                }
                assertThatThrownBy(() -> watch.next(deadline))
                        .isInstanceOfSatisfying(
                                OxException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.STREAM_LOST));
            }
        }
    }

    @Test
    void theNetworkIsSwitchedThoughTheAnswerIsLost() {
        try (FarAway far = new FarAway("setNetwork#1: lost")) {
            Sandbox sandbox = far.provider.create(spec());
            sandbox.setNetwork(NetworkPhase.OFFLINE);
            assertThat(sandbox.network()).isEqualTo(NetworkPhase.OFFLINE);
            assertThat(far.calls(Operation.SET_NETWORK)).isEqualTo(2);
        }
    }

    @Test
    void f57_aProviderThatOnlySaysThatItHasSwitchedIsFoundOut() {
        try (FarAway far = new FarAway("setNetwork#1: lie(ok)")) {
            Sandbox sandbox = far.provider.create(spec());
            sandbox.setNetwork(NetworkPhase.OFFLINE);
            assertThat(sandbox.network()).isEqualTo(NetworkPhase.AGENT);
        }
    }
}
