package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kills whoever works on the layers of a sandbox at each of his steps. Whoever comes next finds the
 * old or the new state, and nothing is left over.
 */
@Timeout(120)
class CheckpointCrashIT {
    private LocalWorld world;
    private LocalProvider provider;

    @BeforeEach
    void open() {
        Needs.theTools();
        world = new LocalWorld();
        provider = world.open();
    }

    @AfterEach
    void close() {
        provider.close();
        world.close();
    }

    @ParameterizedTest
    @CsvSource({
        "SWAP_BEGUN, false, false",
        "SWAP_LAYERED, false, false",
        "SWAP_ATTACHED, false, false",
        "CHECKPOINT_WRITTEN, false, true",
        "SWAP_BEGUN, true, false",
        "SWAP_LAYERED, true, false",
        "SWAP_ATTACHED, true, false",
        "CHECKPOINT_WRITTEN, true, true"
    })
    void f52_aCheckpointIsTakenOrNotAndTheFilesAreThere(
            CrashPoint point, boolean layered, boolean taken) throws Exception {
        Sandbox sandbox = sandbox();
        CheckpointId earlier = CheckpointId.next();
        if (layered) {
            var _ = sandbox.checkpoint(CheckpointSpec.of(earlier));
            run(sandbox, "echo 2 > b; rm a");
        }
        checkKilledWhileTaking(sandbox, point, taken);
        if (layered) {
            provider.deleteCheckpoint(earlier);
        }
        expectNothingLeft(sandbox.id());
    }

    @ParameterizedTest
    @CsvSource({"COPY_BEGUN, false", "COPY_MADE, false", "CHECKPOINT_WRITTEN, true"})
    void f52_aCheckpointOfABusySandboxLikewiseAndItsProcessesGoOn(CrashPoint point, boolean taken)
            throws Exception {
        Sandbox sandbox = sandbox();
        SandboxProcess process =
                sandbox.exec(ProcessSpec.of("sh", "-c", "while [ ! -e end ]; do sleep 0.1; done"));
        checkKilledWhileTaking(sandbox, point, taken);
        run(sandbox, "touch end");
        assertThat(process.awaitExit(Deadline.in(Duration.ofSeconds(30)))).isPresent();
        expectNothingLeft(sandbox.id());
    }

    private void checkKilledWhileTaking(Sandbox sandbox, CrashPoint point, boolean taken)
            throws Exception {
        Map<String, String> before = everything(sandbox);
        CheckpointId id = CheckpointId.next();
        CheckpointCrashing.die(world.data(), sandbox.id(), id, "take", point);

        assertThat(provider.checkpoint(id).isPresent()).isEqualTo(taken);
        assertThat(everything(sandbox)).isEqualTo(before);
        run(sandbox, "echo later > later");
        // Asked for again, it is there, and holds what was there when it was taken.
        var _ = sandbox.checkpoint(CheckpointSpec.of(id));
        Sandbox fork = provider.create(SandboxSpec.of(SandboxId.next()).from(id));
        Map<String, String> held = new TreeMap<>(before);
        if (!taken) {
            held.put("later", "later\n");
        }
        assertThat(everything(fork)).isEqualTo(held);
        provider.destroy(fork.id());
        provider.deleteCheckpoint(id);
    }

    @ParameterizedTest
    @CsvSource({
        "ROLLBACK_BEGUN, false",
        "ROLLBACK_LAYERED, false",
        "ROLLBACK_STARTED, false",
        "ROLLBACK_BEGUN, true",
        "ROLLBACK_STARTED, true"
    })
    void f52_aRollbackThatWasBegunIsFinished(CrashPoint point, boolean busy) throws Exception {
        Sandbox sandbox = sandbox();
        Map<String, String> before = everything(sandbox);
        CheckpointId id = CheckpointId.next();
        var _ = sandbox.checkpoint(CheckpointSpec.of(id));
        run(sandbox, "rm a; echo spoilt > d/x");
        Optional<SandboxProcess> process =
                busy
                        ? Optional.of(sandbox.exec(ProcessSpec.of("sleep", "1000")))
                        : Optional.empty();

        CheckpointCrashing.die(world.data(), sandbox.id(), id, "rollback", point);

        assertThat(everything(sandbox)).isEqualTo(before);
        assertThat(sandbox.record().incarnation()).isEqualTo(2);
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.READY);
        assertThat(process.map(p -> p.exit().isPresent()).orElse(true)).isTrue();
        run(sandbox, "cat a d/x");
        provider.deleteCheckpoint(id);
        expectNothingLeft(sandbox.id());
    }

    private Sandbox sandbox() throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        run(sandbox, "echo 1 > a; mkdir d; echo x > d/x; ln -s a l");
        return sandbox;
    }

    private void expectNothingLeft(SandboxId sandbox) {
        provider.destroy(sandbox);
        var _ = provider.collect(false);
        org.awaitility.Awaitility.await("nothing left")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(world.residue()).isEmpty());
    }

    private static void run(Sandbox sandbox, String script) throws InterruptedException {
        SandboxProcess process = sandbox.exec(ProcessSpec.of("sh", "-ec", script));
        assertThat(process.awaitExit(Deadline.in(Duration.ofSeconds(30))))
                .hasValueSatisfying(exit -> assertThat(exit.success()).isTrue());
    }

    private static Map<String, String> everything(Sandbox sandbox) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            for (Entry entry : files.scan(_ -> true)) {
                TreePath path = entry.path();
                found.put(
                        path.toString(),
                        switch (entry.kind()) {
                            case FILE -> {
                                try (InputStream in = files.read(path)) {
                                    yield new String(in.readAllBytes(), StandardCharsets.UTF_8);
                                }
                            }
                            case SYMLINK ->
                                    "-> "
                                            + new String(
                                                    files.readLink(path), StandardCharsets.UTF_8);
                            case DIRECTORY, OTHER -> entry.kind().name();
                        });
            }
        }
        return found;
    }
}
