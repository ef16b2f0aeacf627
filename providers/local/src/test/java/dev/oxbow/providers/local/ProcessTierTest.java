package dev.oxbow.providers.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Posix;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.NetworkPhase;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.sandbox.Tier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sandbox without walls is, and what it is not. */
class ProcessTierTest {
    private final LocalWorld world = new LocalWorld();
    private LocalProvider provider = world.open();

    @BeforeEach
    void needTheTools() {
        Needs.theTools();
    }

    @AfterEach
    void destroyAll() {
        provider.list(Labels.NONE).forEach(s -> provider.destroy(s.id()));
        provider.close();
        Awaitility.await().untilAsserted(() -> assertThat(world.residue()).isEmpty());
        world.close();
    }

    private Sandbox bare() {
        return provider.create(SandboxSpec.of(SandboxId.next()).withTier(Tier.PROCESS));
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(60));
    }

    /** What a script has written into the file {@code said} of the workspace. */
    private static String said(Sandbox sandbox, String script, Map<String, String> env)
            throws InterruptedException {
        ProcessSpec spec =
                ProcessSpec.of("sh", "-c", "exec >/workspace/said 2>&1; " + script).withEnv(env);
        assertThat(sandbox.exec(spec).awaitExit(soon())).isPresent();
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE);
                InputStream content = files.read(TreePath.of("said"))) {
            return new String(content.readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String said(Sandbox sandbox, String script) throws InterruptedException {
        return said(sandbox, script, ProcessSpec.of("x").env());
    }

    private static OxException refusal(ThrowingCallable call) {
        OxException refusal = catchThrowableOfType(OxException.class, call);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.CAPABILITY_UNSUPPORTED);
        assertThat(refusal.suggestion()).contains("tier process");
        return refusal;
    }

    @Test
    void oneProviderBuildsBothAndEachSandboxSaysWhatItIs() {
        Sandbox walled = provider.create(SandboxSpec.of(SandboxId.next()));
        Sandbox bare = bare();
        assertThat(walled.record().tier()).isEqualTo(Tier.NAMESPACE);
        try (LocalProvider other = world.open()) {
            assertThat(other.get(bare.id()).orElseThrow().record().tier()).isEqualTo(Tier.PROCESS);
        }
        assertThat(bare.record().enforced())
                .contains(new Enforcement("files", false, "tier process has no walls"))
                .contains(new Enforcement("network", false, "tier process has no walls"));
    }

    @Test
    void aCommandRunsAsTheCallerInTheNamespacesOfTheHost() throws Exception {
        Sandbox sandbox = bare();
        for (String space : new String[] {"user", "pid", "mnt", "net", "ipc", "uts"}) {
            assertThat(said(sandbox, "readlink /proc/self/ns/" + space))
                    .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns", space)).toString());
        }
        String uid = String.valueOf(Files.getAttribute(world.data(), "unix:uid"));
        assertThat(said(sandbox, "id -u")).isEqualTo(uid);
        assertThat(said(sandbox, "grep Seccomp: /proc/self/status")).endsWith("0");
    }

    @Test
    void itsDirectoriesAreFoldersOfTheHostWhereverTheyAreNamed() throws Exception {
        Sandbox sandbox = bare();
        Path files = SandboxFolder.of(world.data(), sandbox.id()).files();
        assertThat(said(sandbox, "pwd")).isEqualTo(files.resolve("workspace").toString());
        assertThat(said(sandbox, "echo $HOME")).isEqualTo(files.resolve("home").toString());
        assertThat(said(sandbox, "echo /tmp/x /workspaces /home/agent2"))
                .isEqualTo(files.resolve("tmp") + "/x /workspaces /home/agent2");
        assertThat(said(sandbox, "echo $D", Map.of("D", "a:/workspace/b", "PATH", "/bin")))
                .isEqualTo("a:" + files.resolve("workspace") + "/b");
        assertThat(sandbox.processes().getFirst().spec().cwd()).isEqualTo(Sandbox.WORKSPACE);
    }

    @Test
    void whatNeedsWallsIsRefusedWithTheReason() {
        Sandbox sandbox = bare();
        assertThat(refusal(() -> sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next()))))
                .hasMessageContaining("snapshot.fs");
        assertThat(refusal(sandbox::checkpoints)).hasMessageContaining("snapshot.fs");
        assertThat(refusal(() -> sandbox.rollback(CheckpointId.next())))
                .hasMessageContaining("rollback.inplace");
        assertThat(refusal(() -> sandbox.openRelay(18_080, Path.of("/nowhere")).close()))
                .hasMessageContaining("net.relay");
        assertThat(refusal(() -> sandbox.setNetwork(NetworkPhase.OFFLINE)))
                .hasMessageContaining("net.switchLive");
        SandboxSpec fork =
                SandboxSpec.of(SandboxId.next()).withTier(Tier.PROCESS).from(CheckpointId.next());
        assertThat(refusal(() -> provider.create(fork))).hasMessageContaining("fork.running");
        assertThat(provider.get(fork.id())).isEmpty();
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void theTierIsPartOfWhatIsAskedFor() {
        Sandbox sandbox = bare();
        OxException refusal =
                catchThrowableOfType(
                        OxException.class, () -> provider.create(SandboxSpec.of(sandbox.id())));
        assertThat(refusal.code()).isEqualTo(ErrorCode.IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void whatACommandLeavesBehindIsEndedAlsoInASessionOfItsOwn() throws Exception {
        Sandbox sandbox = bare();
        ProcessExit end =
                sandbox.exec(ProcessSpec.of("sh", "-c", "(sleep 600 &); setsid sleep 600 & exit 3"))
                        .awaitExit(soon())
                        .orElseThrow();
        assertThat(end.exitCode()).hasValue(3);
        assertThat(end.leftBehind()).isEqualTo(2);
    }

    @Test
    void stoppingItEndsAllThatRunsInIt() throws Exception {
        Sandbox sandbox = bare();
        SandboxProcess process =
                sandbox.exec(
                        ProcessSpec.of(
                                "sh", "-c", "trap '' TERM; setsid sleep 600 & sleep 600; sleep 1"));
        sandbox.stop();
        assertThat(process.exit()).isPresent();
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.STOPPED);
        sandbox.start();
        assertThat(said(sandbox, "echo on")).isEqualTo("on");
    }

    @Test
    void whenWhatStandsForItDiesItsCommandsDieToo() throws Exception {
        Sandbox sandbox = bare();
        SandboxProcess process = sandbox.exec(ProcessSpec.of("sleep", "600"));
        Terminal terminal =
                sandbox.openTerminal(ProcessSpec.of("sleep", "600"), TerminalSize.DEFAULT);
        world.crash(sandbox.id());
        assertThat(process.awaitExit(soon()).orElseThrow().reason())
                .isEqualTo(ProcessExit.Reason.SANDBOX_LOST);
        assertThat(terminal.awaitExit(soon()).orElseThrow().reason())
                .isEqualTo(ProcessExit.Reason.SANDBOX_LOST);
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.STOPPED);
    }

    @Test
    void aPausedOneStandsStillAndGoesOnWhenUsed() throws Exception {
        Sandbox sandbox = bare();
        SandboxProcess ticking =
                sandbox.exec(
                        ProcessSpec.of(
                                "sh", "-c", "while :; do echo . >>/tmp/t; sleep 0.01; done"));
        Path ticks = SandboxFolder.of(world.data(), sandbox.id()).tmp().resolve("t");
        Awaitility.await().until(() -> Files.exists(ticks));
        sandbox.pause();
        long size = Files.size(ticks);
        Awaitility.await().during(Duration.ofMillis(100)).until(() -> Files.size(ticks) == size);
        assertThat(sandbox.process(ticking.id())).isPresent();
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.PAUSED);
        assertThat(said(sandbox, "echo awake")).isEqualTo("awake");
        Awaitility.await().until(() -> Files.size(ticks) > size);
    }

    @Test
    void aFolderWhoseNameAShellWouldTakeApartIsRefused(@TempDir Path folder) throws Exception {
        Path odd = Files.createDirectory(folder.resolve("my ox; x"));
        try (LocalProvider other = LocalProvider.withoutWalls(LocalConfig.of(odd))) {
            OxException refusal =
                    catchThrowableOfType(
                            OxException.class,
                            () -> other.create(SandboxSpec.of(SandboxId.next())));
            assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_SANDBOX_CONFIG);
            assertThat(refusal).hasMessageContaining(odd.toString());
            assertThat(other.list(Labels.NONE)).isEmpty();
        }
        SandboxSpec shown =
                SandboxSpec.of(SandboxId.next())
                        .withTier(Tier.PROCESS)
                        .withReadOnly(Map.of("/opt/odd", odd));
        OxException refusal = catchThrowableOfType(OxException.class, () -> provider.create(shown));
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_SANDBOX_CONFIG);
        assertThat(provider.get(shown.id())).isEmpty();
    }

    @Test
    void whatStandsForItLeavesNothingWhenItEnds() throws Exception {
        Sandbox sandbox = bare();
        assertThat(said(sandbox, "echo on")).isEqualTo("on");
        ProcessRef holder =
                StoredSandbox.read(SandboxFolder.of(world.data(), sandbox.id()).record())
                        .flatMap(StoredSandbox::holder)
                        .orElseThrow();
        assertThat(ProcessTable.withDescendants(List.of(holder.pid())))
                .as("it has no child that could outlive it")
                .containsExactly(holder.pid());
        sandbox.stop();
        assertThat(ProcessTable.alive(holder)).isFalse();
    }

    @Test
    void aTerminalIsOneOfTheHost() throws Exception {
        Terminal terminal =
                bare().openTerminal(
                                ProcessSpec.of("sh", "-c", "tty; stty size"),
                                new TerminalSize(90, 20));
        assertThat(Shown.toTheEnd(terminal)).contains("/dev/pts/", "20 90");
    }

    @Test
    void whatIsMountedInItsFolderIsNotDeletedWithIt(@TempDir Path host) throws Exception {
        Assumptions.assumeTrue(Posix.isRoot(), "only root can mount");
        Path others = Files.createDirectory(host.resolve("others"));
        Path kept = Files.writeString(others.resolve("kept"), "theirs");
        Sandbox sandbox = bare();
        Path place = SandboxFolder.of(world.data(), sandbox.id()).workspace().resolve("m n");
        assertThat(said(sandbox, "mkdir '/workspace/m n'")).isEmpty();
        done("mount", "--bind", others.toString(), place.toString());
        try {
            for (ThrowingCallable deletion :
                    List.<ThrowingCallable>of(
                            () -> provider.destroy(sandbox.id()),
                            () ->
                                    Trash.deleteNow(
                                            SandboxFolder.of(world.data(), sandbox.id())
                                                    .workspace()))) {
                OxException refusal = catchThrowableOfType(OxException.class, deletion);
                assertThat(refusal.code()).isEqualTo(ErrorCode.DESTROY_FAILED);
                assertThat(refusal).hasMessageContaining("mounted at " + place);
                assertThat(refusal.suggestion()).contains("umount");
                assertThat(kept).hasContent("theirs");
            }
        } finally {
            done("umount", place.toString());
        }
        provider.destroy(sandbox.id());
        assertThat(provider.get(sandbox.id())).isEmpty();
        assertThat(kept).hasContent("theirs");
    }

    private static void done(String... words) throws Exception {
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }
}
