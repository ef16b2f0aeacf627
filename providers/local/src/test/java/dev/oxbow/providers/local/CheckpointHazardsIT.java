package dev.oxbow.providers.local;

import static dev.oxbow.providers.local.Shells.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.LockFile;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Garbage;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint holds what was there, whatever happens beside it or to whoever takes it. */
@Timeout(120)
class CheckpointHazardsIT {
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

    @Test
    void houseIsKeptWhileACopyIsMade() throws Exception {
        Sandbox sandbox = busy();
        run(sandbox, "echo 1 > a");
        List<Garbage> found = new ArrayList<>();
        Checkpoint taken;
        try (LocalProvider taking =
                listening(CrashPoint.COPY_MADE, () -> found.addAll(provider.collect(false)))) {
            taken = checkpoint(taking, sandbox);
        }

        assertThat(found).isEmpty();
        assertThat(run(fork(taken), "cat a")).isEqualTo("1\n");
    }

    @Test
    void aDirectoryThatGotTheNumberOfTheOneBeforeItHidesWhatThatHeld() throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        run(sandbox, "mkdir d; echo 1 > d/x; echo 1 > d/y");
        var _ = sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next()));
        SandboxProcess unusedGoesOn = sandbox.exec(ProcessSpec.of("sleep", "1000"));
        run(sandbox, "echo 2 > d/x");
        var _ = sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next()));
        long before = numberOf(sandbox, "d");
        run(sandbox, "rm -rf d; mkdir d; echo 3 > d/z");
        // The kernel may or may not give it that number: here it does.
        renumber(sandbox, before, numberOf(sandbox, "d"));

        Checkpoint taken = sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next()));

        assertThat(run(fork(taken), "ls d; cat d/z")).isEqualTo("z\n3\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(60)
    void whoIsKilledAtACopyLeavesNothingStandingStill(boolean groups) throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        run(sandbox, "seq 20000 | xargs touch");
        SandboxProcess process =
                sandbox.exec(ProcessSpec.of("sh", "-c", "while [ ! -e end ]; do sleep 0.1; done"));
        Path record = SandboxFolder.of(world.data(), sandbox.id()).record();
        String written = Files.readString(record);
        if (!groups) {
            withoutTrack(StoredSandbox.read(record).orElseThrow()).write(record);
        }
        try (LocalProvider taking =
                listening(CrashPoint.COPY_BEGUN, () -> startKillerOfTheCopy(sandbox))) {
            assertThatThrownBy(() -> checkpoint(taking, sandbox)).hasMessageContaining("ended");
        } finally {
            Files.writeString(record, written);
        }

        run(sandbox, "touch end");
        assertThat(process.awaitExit(Deadline.in(Duration.ofSeconds(30)))).isPresent();
        assertThat(stack(sandbox).change()).isEmpty();
    }

    private static StoredSandbox withoutTrack(StoredSandbox s) {
        return new StoredSandbox(
                s.id(),
                s.specLabels(),
                s.labels(),
                s.limits(),
                s.readOnly(),
                s.uid(),
                s.createdAt(),
                s.incarnation(),
                s.state(),
                s.bootId(),
                s.holder(),
                s.monitor(),
                new SandboxGroups(s.groups().join(), Optional.empty(), s.groups().oomEvents()),
                s.enforced(),
                s.tier());
    }

    /** Kills whoever makes the copy once all stands still and something of it is there. */
    private void startKillerOfTheCopy(Sandbox sandbox) {
        SandboxFolder folder = SandboxFolder.of(world.data(), sandbox.id());
        Path copied =
                store().files(stack(sandbox).filled(sandbox.id()).orElseThrow())
                        .resolve("workspace");
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    String[] there = copied.toFile().list();
                    while (there == null || there.length == 0) {
                        Thread.onSpinWait();
                        there = copied.toFile().list();
                    }
                    ProcessTable.withArgument("oxbow layers of " + folder.path())
                            .forEach(pid -> Posix.kill(pid, 9));
                });
    }

    @Test
    void aSwapIsFinishedIfItIsNotKnownWhetherItWasMounted() throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        run(sandbox, "echo 1 > a; mkdir d; echo x > d/x");
        try (LocalProvider taking =
                listening(CrashPoint.SWAP_LAYERED, () -> Thread.currentThread().interrupt())) {
            try {
                assertThatThrownBy(() -> checkpoint(taking, sandbox))
                        .isInstanceOfSatisfying(
                                OxException.class,
                                e ->
                                        assertThat(e.code())
                                                .isEqualTo(ErrorCode.OPERATION_INTERRUPTED));
            } finally {
                boolean unusedWasInterrupted = Thread.interrupted();
            }
        }

        assertThat(stack(sandbox).change()).isPresent();
        assertThat(run(sandbox, "echo 2 > b; cat a b d/x")).isEqualTo("1\n2\nx\n");
        Checkpoint taken = sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next()));
        assertThat(run(fork(taken), "cat a b d/x")).isEqualTo("1\n2\nx\n");
    }

    @Test
    void aCheckpointThatCannotBeReadCanBeDeleted() throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        run(sandbox, "echo 1 > a");
        Checkpoint taken = sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next()));
        Path record = world.data().resolve("checkpoints").resolve(taken.id().value() + ".json");
        Files.writeString(record, "");

        provider.deleteCheckpoint(taken.id());

        assertThat(provider.checkpoints()).isEmpty();
        assertThat(provider.collect(false)).isEmpty();
        assertThat(run(sandbox, "cat a")).isEqualTo("1\n");
    }

    @Test
    void whatWasFoundOfTheMachineIsFoundAgainIfItCannotBeRead() throws Exception {
        Set<Capability> before = provider.capabilities();
        Files.writeString(support(), "{");

        try (LocalProvider next = world.open()) {
            assertThat(next.capabilities()).isEqualTo(before);
        }

        assertThat(RecordFile.read(support(), LayerSupport.Found.class)).isPresent();
    }

    @Test
    void aTrialThatCameToNoEndIsNotRemembered() {
        try (LocalProvider impatient = new LocalProvider(hasty(), CrashPoint.Listener.NONE)) {
            assertThat(impatient.capabilities()).doesNotContain(Capability.SNAPSHOT_FS);
        }

        assertThat(support()).doesNotExist();
        assertThat(provider.capabilities()).contains(Capability.SNAPSHOT_FS);
    }

    @Test
    void layersAreGivenToManyAtATimeWhileNobodyDecidesAboutThem() {
        LayerStore hasty = new LayerStore(hasty());
        try (LockFile _ = hasty.giving();
                LockFile _ = hasty.giving()) {
            assertThatThrownBy(hasty::deciding).hasMessageContaining("for too long");
        }
        try (LockFile _ = hasty.deciding()) {
            assertThatThrownBy(hasty::giving).hasMessageContaining("for too long");
            assertThatThrownBy(hasty::deciding).hasMessageContaining("for too long");
        }
    }

    @Test
    void whatAForkWroteGoesWithItAndWhatItStoodOnStaysForOthers() throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        run(sandbox, "echo 1 > a");
        Checkpoint taken = checkpoint(provider, sandbox);
        Sandbox one = fork(taken);
        Sandbox other = fork(taken);
        run(one, "echo 2 > a");
        String written = stack(one).upper().orElseThrow();

        provider.destroy(one.id());

        assertThat(store().layer(written)).doesNotExist();
        provider.destroy(sandbox.id());
        assertThat(run(other, "cat a")).isEqualTo("1\n");
        provider.deleteCheckpoint(taken.id());
        assertThat(run(other, "cat a")).isEqualTo("1\n");
        provider.destroy(other.id());
        assertThat(store().names()).isEmpty();
    }

    @Test
    void aRollbackLeavesNothingOfWhatItTookBack() throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        run(sandbox, "echo 1 > a");
        Checkpoint first = checkpoint(provider, sandbox);
        run(sandbox, "echo 2 > a");
        Checkpoint second = checkpoint(provider, sandbox);
        run(sandbox, "echo 3 > a");
        var _ = sandbox.rollback(first.id());

        assertThat(run(sandbox, "cat a")).isEqualTo("1\n");
        assertThat(run(fork(second), "cat a")).isEqualTo("2\n");
        assertThat(provider.collect(true)).isEmpty();
        provider.deleteCheckpoint(second.id());
        assertThat(provider.collect(true)).isEmpty();
    }

    private LocalConfig hasty() {
        LocalConfig usual = LocalConfig.of(world.data());
        return new LocalConfig(
                usual.dataDir(),
                usual.firstUid(),
                usual.uidCount(),
                usual.retention(),
                usual.keepEnded(),
                Duration.ZERO,
                usual.relayPatience());
    }

    private Path support() {
        return store().layers().resolve("support-" + Posix.effectiveUser() + ".json");
    }

    private long numberOf(Sandbox sandbox, String path) throws Exception {
        String upper = stack(sandbox).upper().orElseThrow();
        Path file = store().files(upper).resolve("workspace").resolve(path);
        return (Long) Files.getAttribute(file, "unix:ino");
    }

    /** Has the list of what was there the last time say another number. */
    private void renumber(Sandbox sandbox, long from, long to) throws Exception {
        Path index = store().index(stack(sandbox).deltas().getFirst());
        String list = Files.readString(index, StandardCharsets.ISO_8859_1);
        assertThat(list).contains("\0" + from + " d ");
        Files.writeString(
                index,
                list.replace("\0" + from + " d ", "\0" + to + " d "),
                StandardCharsets.ISO_8859_1);
    }

    private Sandbox busy() {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        SandboxProcess unusedGoesOn = sandbox.exec(ProcessSpec.of("sleep", "1000"));
        return sandbox;
    }

    private Sandbox fork(Checkpoint from) {
        return provider.create(SandboxSpec.of(SandboxId.next()).from(from.id()));
    }

    private LayerStore store() {
        return new LayerStore(LocalConfig.of(world.data()));
    }

    private LayerStack stack(Sandbox sandbox) {
        return SandboxFolder.of(world.data(), sandbox.id()).stack();
    }

    private static Checkpoint checkpoint(LocalProvider by, Sandbox of) {
        return by.get(of.id()).orElseThrow().checkpoint(CheckpointSpec.of(CheckpointId.next()));
    }

    /** A provider beside the other, to which something happens at a moment. */
    private LocalProvider listening(CrashPoint where, Runnable what) {
        return new LocalProvider(
                LocalConfig.of(world.data()),
                point -> {
                    if (point == where) {
                        what.run();
                    }
                });
    }
}
