package dev.oxbow.providers.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.PathMapping;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Signal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FakeWorldTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static String output(SandboxProcess process) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        try (OutputReader reader = process.read(Cursor.START)) {
            Optional<OutputFrame> next = reader.next(Deadline.in(LONG));
            while (next.isPresent()) {
                if (next.get() instanceof OutputFrame.Data data) {
                    text.append(new String(data.bytes(), StandardCharsets.UTF_8));
                }
                next = reader.next(Deadline.in(LONG));
            }
        }
        return text.toString();
    }

    private static Sandbox sandbox(FakeWorld world) {
        return new FakeProvider(world).create(SandboxSpec.of(SandboxId.next()));
    }

    @Test
    void aProgramInJavaRunsAsAProcess() throws InterruptedException {
        try (FakeWorld world = FakeWorld.inMemory()) {
            world.program(
                    "agent",
                    context -> {
                        try (FileTree files = context.files(context.cwd())) {
                            files.write(
                                    TreePath.of("done"), 0644, Optional.empty(), context.stdin());
                        }
                        context.print(context.argv().get(1) + context.env().get("WHO"));
                        return 3;
                    });
            Sandbox sandbox = sandbox(world);
            SandboxProcess process =
                    sandbox.exec(
                            ProcessSpec.of("/opt/oxbow/agents/agent", "hello ")
                                    .withEnv(Map.of("WHO", "you"))
                                    .withStdin(new ProcessSpec.Stdin.Bytes(new byte[] {'o', 'k'})));
            assertThat(output(process)).isEqualTo("hello you");
            assertThat(process.exit().orElseThrow().exitCode()).hasValue(3);
            try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
                assertThat(files.stat(TreePath.of("done")).orElseThrow().size()).isEqualTo(2);
            }
        }
    }

    @Test
    void aProgramInJavaCanTrapASignalAndIsEndedByAnother() throws InterruptedException {
        try (FakeWorld world = FakeWorld.inMemory()) {
            CountDownLatch ready = new CountDownLatch(1);
            CountDownLatch asked = new CountDownLatch(1);
            world.program(
                    "stubborn",
                    context -> {
                        context.trap(Signal.TERM, asked::countDown);
                        ready.countDown();
                        Thread.sleep(Duration.ofHours(1));
                        return 0;
                    });
            SandboxProcess process = sandbox(world).exec(ProcessSpec.of("stubborn"));
            ready.await();
            assertThat(process.terminate(Duration.ofMillis(50)).exitCode()).hasValue(137);
            assertThat(asked.getCount()).isZero();
            assertThat(world.runningProcesses()).isZero();
        }
    }

    @Test
    void operationsFailAsTold() {
        try (FakeWorld world = FakeWorld.inMemory()) {
            world.failNext("list", ErrorCode.STORE_UNREADABLE);
            world.failNext("create", ErrorCode.QUOTA_EXCEEDED);
            try (SandboxProvider provider = new FakeProvider(world)) {
                assertThatThrownBy(() -> provider.list(Labels.NONE))
                        .isInstanceOfSatisfying(
                                OxException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREADABLE));
                SandboxSpec spec = SandboxSpec.of(SandboxId.next());
                assertThatThrownBy(() -> provider.create(spec))
                        .isInstanceOfSatisfying(
                                OxException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED));
                assertThat(provider.get(spec.id())).isEmpty();
                provider.create(spec);
                assertThat(provider.list(Labels.NONE)).hasSize(1);
            }
        }
    }

    @Test
    void aDeclaredLackIsRefused() {
        try (FakeWorld world = FakeWorld.inMemory().without(Capability.STOP_RESUME)) {
            Sandbox sandbox = sandbox(world);
            assertThat(new FakeProvider(world).capabilities())
                    .doesNotContain(Capability.STOP_RESUME);
            assertThatThrownBy(sandbox::stop)
                    .isInstanceOfSatisfying(
                            OxException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.CAPABILITY_UNSUPPORTED));
        }
    }

    @Test
    void aLostSandboxKeepsItsFiles() throws InterruptedException {
        try (FakeWorld world = FakeWorld.inMemory()) {
            Sandbox sandbox = sandbox(world);
            assertThat(output(sandbox.exec(ProcessSpec.of("sh", "-c", "echo kept >f")))).isEmpty();
            world.lose(sandbox.id());
            assertThat(sandbox.awaitLoss(Deadline.in(LONG))).isTrue();
            assertThat(sandbox.record().state()).isEqualTo(SandboxState.STOPPED);
            sandbox.start();
            assertThat(output(sandbox.exec(ProcessSpec.of("cat", "f")))).isEqualTo("kept\n");
        }
    }

    @Test
    void realProgramsWorkOnADirectory(@TempDir Path root) throws InterruptedException {
        try (FakeWorld world = FakeWorld.onDirectory(root)) {
            Sandbox sandbox = sandbox(world);
            SandboxProcess process =
                    sandbox.exec(
                            ProcessSpec.of(
                                    "sh",
                                    "-c",
                                    "git init -q /workspace/r && git -C /workspace/r status -s"
                                            + " && test -d r/.git && echo fine"));
            assertThat(output(process)).isEqualTo("fine\n");
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void onlyWholePathsOfTheSandboxAreRewritten() {
        PathMapping mapping =
                new PathMapping(
                        Map.of(
                                "/workspace",
                                Path.of("/real/w"),
                                "/home/agent",
                                Path.of("/real/h")));
        assertThat(mapping.rewrite("cd /workspace/a && ls /home/agent:/workspace"))
                .isEqualTo("cd /real/w/a && ls /real/h:/real/w");
        assertThat(mapping.rewrite("--git-dir=/workspace/.git"))
                .isEqualTo("--git-dir=/real/w/.git");
        assertThat(mapping.rewrite("/workspaces a/workspace /workspace-2 /home/agents"))
                .isEqualTo("/workspaces a/workspace /workspace-2 /home/agents");
        assertThat(Files.exists(Path.of("/real/w"))).isFalse();
    }
}
