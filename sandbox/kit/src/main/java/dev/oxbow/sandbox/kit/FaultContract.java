package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Relay;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.faults.FaultScript;
import dev.oxbow.sandbox.faults.FaultyProvider;
import dev.oxbow.sandbox.faults.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The provider behind a bad connection: what was done without an answer is done once when it is
 * asked for again, what vanished is told by type, and nothing is orphaned.
 */
public abstract class FaultContract extends ProviderContract {
    private final VirtualTime time = new VirtualTime();

    private FaultyProvider faulty(String script) {
        return FaultyProvider.around(provider(), FaultScript.parse(script), time);
    }

    /** The same sandbox, reached through a bad connection. */
    private Sandbox behind(String script, Sandbox sandbox) {
        return faulty(script).get(sandbox.id()).orElseThrow();
    }

    private static void unanswered(ThrowingCallable call) {
        OxException failure = refused(ErrorCode.PROVIDER_UNAVAILABLE, call);
        assertThat(failure.admitted()).isEqualTo(OxException.Admitted.UNKNOWN);
    }

    @Test
    void f52_aCreationWithoutAnAnswerIsFoundByItsKey() throws InterruptedException {
        FaultyProvider faulty = faulty("create#1: lost");
        SandboxSpec spec = SandboxSpec.of(newId()).withLabels(Labels.of("kit", markedSeconds()));
        unanswered(() -> faulty.create(spec));
        Sandbox sandbox = faulty.create(spec);
        assertThat(sandbox.record().incarnation()).isEqualTo(1);
        assertThat(run(sandbox, "echo usable").out()).isEqualTo("usable\n");
        assertThat(provider().list(Labels.NONE))
                .extracting(Sandbox::id)
                .containsOnlyOnce(spec.id());
    }

    @Test
    void f01_aCreationThatNobodyWaitedForLeavesOneSandboxAtMost() throws Exception {
        FaultyProvider faulty = faulty("create#1,2: hang(61s)");
        SandboxSpec spec = SandboxSpec.of(newId());
        for (int attempt = 1; attempt <= 2; attempt++) {
            OxException late = givenUpAfter(Duration.ofSeconds(60), () -> faulty.create(spec));
            assertThat(late.code()).isEqualTo(ErrorCode.PROVIDER_TIMEOUT);
            assertThat(late.admitted()).isEqualTo(OxException.Admitted.UNKNOWN);
        }
        assertThat(faulty.create(spec).record().state()).isEqualTo(SandboxState.READY);
        faulty.destroy(spec.id());
        assertThat(provider().list(Labels.NONE)).extracting(Sandbox::id).doesNotContain(spec.id());
    }

    private OxException givenUpAfter(Duration patience, Runnable call) throws Exception {
        CompletableFuture<OxException> failed = new CompletableFuture<>();
        Thread caller =
                Thread.ofVirtual()
                        .name("kit-impatient")
                        .unstarted(() -> {
                            try {
                                call.run();
                                failed.completeExceptionally(new AssertionError("it was answered"));
                            } catch (OxException e) {
                                failed.complete(e);
                            }
                        });
        assertThat(time.await(caller::start, failed, patience)).as("answered in time").isFalse();
        caller.interrupt();
        return failed.get(soon().remaining().toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void f21_aDestructionWithoutAnAnswerIsRepeated() {
        Sandbox sandbox = sandbox();
        FaultyProvider faulty = faulty("destroy#1: lost");
        unanswered(() -> faulty.destroy(sandbox.id()));
        faulty.destroy(sandbox.id());
        assertThat(provider().get(sandbox.id())).isEmpty();
        assertThat(provider().list(Labels.NONE))
                .extracting(Sandbox::id)
                .doesNotContain(sandbox.id());
    }

    @Test
    void f48_aCommandWithoutAnAnswerRunsOnceHoweverOftenItIsAskedFor() throws InterruptedException {
        Sandbox sandbox = sandbox();
        Sandbox behind = behind("exec#1,2: lost", sandbox);
        ProcessSpec spec = sh("echo once >> count; cat count");
        unanswered(() -> behind.exec(spec));
        unanswered(() -> behind.exec(spec));
        assertThat(collect(behind.exec(spec)).out()).isEqualTo("once\n");
        assertThat(sandbox.processes()).extracting(SandboxProcess::id).containsExactly(spec.id());
    }

    @Test
    void f48_aStartWithoutAnAnswerIsOneStart() {
        needs(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox();
        Sandbox behind = behind("stop#1: lost\nresume#1: lost", sandbox);
        unanswered(behind::stop);
        behind.stop();
        unanswered(behind::start);
        behind.start();
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.READY);
        assertThat(sandbox.record().incarnation()).isEqualTo(2);
    }

    @Test
    void labelsWithoutAnAnswerAreSetAgain() {
        Sandbox sandbox = sandbox(Labels.of("kit", "before"));
        Sandbox behind = behind("setLabels#1: lost", sandbox);
        unanswered(() -> behind.setLabels(Labels.of("kit", "after")));
        behind.setLabels(Labels.of("kit", "after"));
        assertThat(sandbox.record().labels()).isEqualTo(Labels.of("kit", "after"));
    }

    @Test
    void aRelayWithoutAnAnswerIsTheSameRelay(@TempDir Path folder) {
        needs(Capability.NET_RELAY);
        Sandbox behind = behind("openRelay#1: lost", sandbox());
        int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
        unanswered(() -> behind.openRelay(port, folder.resolve("socket")).close());
        try (Relay relay = behind.openRelay(port, folder.resolve("socket"))) {
            assertThat(relay.port()).isEqualTo(port);
        }
    }

    @Test
    void f11_aForkOfACheckpointThatIsGoneLeavesNothing() {
        needs(Capability.FORK_RUNNING);
        Sandbox sandbox = sandbox();
        CheckpointId checkpoint = CheckpointId.next();
        provider().get(sandbox.id()).orElseThrow().checkpoint(CheckpointSpec.of(checkpoint));
        provider().deleteCheckpoint(checkpoint);
        SandboxSpec fork = SandboxSpec.of(newId()).from(checkpoint);
        refused(ErrorCode.SNAPSHOT_NOT_FOUND, () -> provider().create(fork));
        assertThat(provider().get(fork.id())).isEmpty();
    }

    @Test
    void aCheckpointWithoutAnAnswerIsOneCheckpoint() {
        needs(Capability.SNAPSHOT_FS);
        Sandbox sandbox = sandbox();
        Sandbox behind = behind("checkpoint#1,2: lost", sandbox);
        CheckpointSpec spec = CheckpointSpec.of(CheckpointId.next());
        try {
            unanswered(() -> behind.checkpoint(spec));
            unanswered(() -> behind.checkpoint(spec));
            assertThat(behind.checkpoint(spec).id()).isEqualTo(spec.id());
            assertThat(sandbox.checkpoints()).extracting(Checkpoint::id).containsExactly(spec.id());
        } finally {
            provider().deleteCheckpoint(spec.id());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"record", "resume", "stop", "exec", "setLabels", "listProcesses"})
    void f09_whatIsAskedOfAVanishedSandboxIsRefusedByType(String operation) {
        needs(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox(Labels.of("kit", "vanish"));
        Sandbox behind = behind(operation + "#1: vanish", sandbox);
        refused(
                ErrorCode.SANDBOX_NOT_FOUND,
                () -> {
                    switch (operation) {
                        case "record" -> behind.record();
                        case "resume" -> behind.start();
                        case "stop" -> behind.stop();
                        case "exec" -> behind.exec(sh("true"));
                        case "setLabels" -> behind.setLabels(Labels.NONE);
                        default -> behind.processes();
                    }
                });
        assertThat(provider().get(sandbox.id())).isEmpty();
        assertThat(provider().list(Labels.NONE))
                .extracting(Sandbox::id)
                .doesNotContain(sandbox.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"scan", "stat"})
    void f09_filesOfAVanishedSandboxAreNeverTakenForAbsent(String operation) {
        Sandbox sandbox = sandbox();
        write(sandbox, "work", "precious");
        Sandbox behind = behind(operation + "#1: vanish", sandbox);
        try (FileTree files = behind.files(Sandbox.WORKSPACE)) {
            long seen =
                    operation.equals("scan")
                            ? files.scan(_ -> true).size()
                            : files.stat(TreePath.of("work")).stream().count();
            assertThat(seen).as("files that were still to be seen").isEqualTo(1);
        } catch (OxException unreadable) {
            assertThat(unreadable.code()).isEqualTo(ErrorCode.SANDBOX_NOT_FOUND);
        }
    }

    @Test
    void f15_aCutStreamIsReadOnFromItsCursorWithoutALostByte() throws InterruptedException {
        needs(Capability.EXEC_CURSOR);
        Sandbox sandbox = sandbox();
        SandboxProcess process = sandbox.exec(sh("head -c 100000 /dev/zero; echo end; echo e >&2"));
        SandboxProcess behind =
                behind("attach#1: reset(10k)\nattach#2: reset(20k)", sandbox)
                        .process(process.id())
                        .orElseThrow();
        StringBuilder whole = new StringBuilder();
        Cursor cursor = Cursor.START;
        for (int cut = 0; cut < 2; cut++) {
            try (OutputCollector output = new OutputCollector(behind, cursor)) {
                OxException lost = refused(ErrorCode.STREAM_LOST, () -> output.toTheEnd(soon()));
                assertThat(lost.code().retryable()).isTrue();
                whole.append(output.out());
                cursor = output.cursor();
            }
        }
        assertThat(whole).hasSizeLessThanOrEqualTo(30 << 10);
        try (OutputCollector output = new OutputCollector(behind, cursor)) {
            whole.append(output.toTheEnd(soon()).out());
        }
        assertThat(whole.toString()).isEqualTo("\0".repeat(100_000) + "end\n");
    }

    @Test
    void f17_damageOnTheWayIsNotInWhatIsKept() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess process = sandbox.exec(sh("echo '{\"a\":1}'; echo '{\"b\":2}'"));
        SandboxProcess behind =
                behind("attach#1: garble(3)", sandbox).process(process.id()).orElseThrow();
        assertThat(collect(behind).out()).isNotEqualTo("{\"a\":1}\n{\"b\":2}\n");
        assertThat(collect(behind).out()).isEqualTo("{\"a\":1}\n{\"b\":2}\n");
    }

    @Test
    void f32_aFileThatWasCutOffOnItsWayInLeavesWhatWasThere() throws IOException {
        Sandbox sandbox = sandbox();
        write(sandbox, "file", "old");
        Sandbox behind = behind("write#1: reset(1k)", sandbox);
        try (FileTree files = behind.files(Sandbox.WORKSPACE)) {
            assertThatThrownBy(() ->
                            files.write(
                                    TreePath.of("file"),
                                    0644,
                                    Optional.empty(),
                                    new ByteArrayInputStream(new byte[1 << 20])))
                    .isInstanceOf(IOException.class);
        }
        assertThat(read(sandbox, "file")).isEqualTo("old");
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            assertThat(files.scan(_ -> true)).extracting(Entry::path).hasSize(1);
        }
    }
}
