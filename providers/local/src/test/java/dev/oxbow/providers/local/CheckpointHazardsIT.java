package dev.oxbow.providers.local;

import static dev.oxbow.providers.local.Shells.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
