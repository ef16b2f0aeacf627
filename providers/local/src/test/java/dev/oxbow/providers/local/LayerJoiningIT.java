package dev.oxbow.providers.local;

import static dev.oxbow.providers.local.Shells.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Garbage;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many layers become one, and nobody sees a difference but in the number of layers. */
@Timeout(120)
class LayerJoiningIT {
    private static final LayerJoining.Limits NEVER =
            new LayerJoining.Limits(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** Names, kinds, modes, times of all, and a digest of all content. */
    private static final String LOOK =
            "find . -mindepth 1 -printf '%P %y %m %l %T@\\n' | grep -v ' d ' | sort;"
                    + " find . -mindepth 1 -type d -printf '%P %m\\n' | sort;"
                    + " find . -type f -print0 | sort -z | xargs -0 sha256sum";

    private LocalWorld world;
    private LocalProvider provider;

    @BeforeEach
    void open() {
        Needs.theTools();
        world = new LocalWorld(NEVER);
        provider = world.open();
    }

    private void reopen(LayerJoining.Limits limits) {
        provider.close();
        provider = new LocalProvider(LocalConfig.of(world.data()), limits);
    }

    @AfterEach
    void close() {
        provider.close();
        world.close();
    }

    private StoredCheckpoint stored(Checkpoint checkpoint) {
        return new LayerStore(LocalConfig.of(world.data())).require(checkpoint.id());
    }

    private LayerStack stack(Sandbox sandbox) {
        return SandboxFolder.of(world.data(), sandbox.id()).stack();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void checkpointsForksAndTheSandboxItselfStayWhole(boolean busy) throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        if (busy) {
            SandboxProcess unusedGoesOn = sandbox.exec(ProcessSpec.of("sleep", "1000"));
        }
        List<Checkpoint> taken = new ArrayList<>();
        List<String> looks = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            run(
                    sandbox,
                    """
                    echo %1$d > f%1$d; rm -f f%2$d; rm -rf d; mkdir d; echo > d/%1$d
                    mkdir -p kept; echo %1$d > kept/%1$d; chmod 70%1$d kept; ln -s f%1$d l%1$d
                    ln f%1$d kept/same%1$d; echo %1$d >> all; touch -d @%1$d000000000 all
                    """
                            .formatted(i, i - 2));
            looks.add(run(sandbox, LOOK));
            taken.add(sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next())));
        }
        Optional<ByteSize> bytes = provider.checkpoint(taken.getLast().id()).orElseThrow().bytes();
        Sandbox early = provider.create(SandboxSpec.of(SandboxId.next()).from(taken.get(5).id()));

        provider.join(sandbox.id());

        Checkpoint last = taken.getLast();
        assertThat(stored(last).layers()).hasSize(1);
        assertThat(provider.checkpoint(last.id()).orElseThrow().bytes()).isEqualTo(bytes);
        for (int i = 0; i < taken.size(); i++) {
            Sandbox fork =
                    provider.create(SandboxSpec.of(SandboxId.next()).from(taken.get(i).id()));
            assertThat(run(fork, LOOK)).as("checkpoint %d", i).isEqualTo(looks.get(i));
            provider.destroy(fork.id());
        }
        assertThat(run(early, LOOK)).isEqualTo(looks.getLast());
        assertThat(run(sandbox, LOOK)).isEqualTo(looks.getLast());
        run(sandbox, "echo more > f9; rm f5 all");
        String later = run(sandbox, LOOK);
        Checkpoint next = sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next()));
        if (!busy) {
            // Of what was there before nothing is counted once more.
            assertThat(provider.checkpoint(next.id()).orElseThrow().bytes())
                    .contains(new ByteSize("more\n".length()));
        }
        Sandbox fork = provider.create(SandboxSpec.of(SandboxId.next()).from(next.id()));
        assertThat(run(fork, LOOK)).isEqualTo(later);
        sandbox.stop();
        sandbox.start();
        assertThat(run(sandbox, LOOK)).isEqualTo(later);
        assertThat(stack(sandbox).mounted()).isEmpty();
        assertThat(provider.collect(true)).isEmpty();

        provider.destroy(fork.id());
        provider.destroy(early.id());
        taken.forEach(c -> provider.deleteCheckpoint(c.id()));
        assertThat(run(sandbox, LOOK)).isEqualTo(later);
        provider.deleteCheckpoint(next.id());
        expectNothingLeft(sandbox);
    }

    /** Layers of a sandbox have its own user, those below a fork another. */
    @Test
    void aForkJoinsWhatIsNotItsOwnToo() throws Exception {
        Sandbox first = provider.create(SandboxSpec.of(SandboxId.next()));
        run(first, "echo 1 > a; ln a b; mkdir d; chmod 500 d; mkfifo p; ln -s a l");
        Checkpoint base = first.checkpoint(CheckpointSpec.of(CheckpointId.next()));
        Sandbox fork = provider.create(SandboxSpec.of(SandboxId.next()).from(base.id()));
        run(fork, "echo 2 > c; rm l");
        var _ = fork.checkpoint(CheckpointSpec.of(CheckpointId.next()));
        String look = run(fork, LOOK);

        provider.join(fork.id());
        fork.stop();
        fork.start();

        assertThat(stack(fork).lowers()).hasSize(1);
        assertThat(run(fork, LOOK)).isEqualTo(look);
        assertThat(
                        run(
                                fork,
                                "find . -not -user agent; [ a -ef b ] && echo one; echo 3 >> b; cat"
                                        + " b"))
                .isEqualTo("one\n1\n3\n");
        assertThat(run(first, "cat a; test -L l && echo l")).isEqualTo("1\nl\n");
    }

    @Test
    void moreThanAHundredAreJoinedInTheBackground() throws Exception {
        reopen(LayerJoining.Limits.USUAL);
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        write(sandbox, 101);
        Awaitility.await("joined")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(stack(sandbox).frozen()).hasSizeLessThan(10));
        expectAll(sandbox, 101);
    }

    /** No layer is joined in the background here, so that all 300 are there at once. */
    @Test
    void aCheckpointIsNeverRefusedBecauseThereAreManyOthers() throws Exception {
        reopen(new LayerJoining.Limits(Integer.MAX_VALUE, LayerJoining.Limits.USUAL.tooMany()));
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        int all = LayerJoining.Limits.USUAL.tooMany();
        write(sandbox, all);
        assertThat(stack(sandbox).frozen()).hasSize(all);
        expectAll(sandbox, all);
        write(sandbox, 1);
        assertThat(stack(sandbox).frozen()).hasSize(2);
        expectAll(sandbox, all);
    }

    /** As many checkpoints, each of one file more. */
    private static void write(Sandbox sandbox, int checkpoints) throws IOException {
        for (int i = 0; i < checkpoints; i++) {
            try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
                files.write(
                        TreePath.of("f" + i),
                        0600,
                        Optional.empty(),
                        new ByteArrayInputStream(new byte[] {'x', '\n'}));
            }
            var _ = sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next()));
        }
    }

    private void expectAll(Sandbox sandbox, int files) throws Exception {
        String count = "ls | wc -l; cat f* | wc -l";
        String expected = files + "\n" + files + "\n";
        assertThat(run(sandbox, count)).isEqualTo(expected);
        Checkpoint last = sandbox.checkpoints().getLast();
        Sandbox fork = provider.create(SandboxSpec.of(SandboxId.next()).from(last.id()));
        assertThat(run(fork, count)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "JOINING_BEGUN, false",
        "JOINING_MADE, false",
        "JOINING_SHARED, false",
        "JOINING_WRITTEN, false",
        "JOINING_MADE, true",
        "JOINING_SHARED, true",
        "JOINING_WRITTEN, true"
    })
    void f52_whoDiesWhileJoiningLeavesTheFilesAndNothingElse(CrashPoint point, boolean busy)
            throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        if (busy) {
            SandboxProcess unusedGoesOn = sandbox.exec(ProcessSpec.of("sleep", "1000"));
        }
        List<Checkpoint> taken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            run(sandbox, "echo %d > f%d; echo %d >> all; rm -f f1".formatted(i, i, i));
            taken.add(sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next())));
        }
        String look = run(sandbox, LOOK);

        CheckpointCrashing.die(world.data(), sandbox.id(), taken.getLast().id(), "join", point);

        List<Garbage> garbage = provider.collect(true);
        assertThat(provider.collect(false)).isEqualTo(garbage);
        assertThat(garbage)
                .hasSize(
                        switch (point) {
                            // A layer that nobody will finish.
                            case JOINING_MADE -> 1;
                            // The layer of the last checkpoint, which is not mounted.
                            case JOINING_WRITTEN -> busy ? 1 : 0;
                            default -> 0;
                        });
        Sandbox fork = provider.create(SandboxSpec.of(SandboxId.next()).from(taken.getLast().id()));
        assertThat(run(fork, LOOK)).isEqualTo(look);
        assertThat(run(sandbox, LOOK)).isEqualTo(look);
        // Whoever comes next joins what is to be joined.
        provider.join(sandbox.id());
        run(sandbox, "echo on > on");
        look = run(sandbox, LOOK);
        Checkpoint next = sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next()));
        assertThat(stored(next).layers()).hasSize(2);
        Sandbox another = provider.create(SandboxSpec.of(SandboxId.next()).from(next.id()));
        assertThat(run(another, LOOK)).isEqualTo(look);

        provider.destroy(fork.id());
        provider.destroy(another.id());
        taken.forEach(c -> provider.deleteCheckpoint(c.id()));
        provider.deleteCheckpoint(next.id());
        expectNothingLeft(sandbox);
    }

    @Test
    void whatOnlyJoiningHasFreedIsReportedWithTheRoomThatItTakes() throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        write(sandbox, 3);
        List<Checkpoint> taken = sandbox.checkpoints();
        taken.subList(0, 2).forEach(c -> provider.deleteCheckpoint(c.id()));
        CheckpointCrashing.die(
                world.data(),
                sandbox.id(),
                taken.getLast().id(),
                "join",
                CrashPoint.JOINING_WRITTEN);
        // Still mounted, though nothing stands on them.
        assertThat(provider.collect(true)).isEmpty();
        List<String> old = stack(sandbox).mounted();
        assertThat(old).hasSize(3);

        provider.destroy(sandbox.id());

        assertThat(provider.collect(true)).isEmpty();
        assertThat(old).noneMatch(name -> Files.exists(world.data().resolve("layers/" + name)));
        assertThat(provider.checkpoint(taken.getLast().id())).isPresent();
    }

    private void expectNothingLeft(Sandbox sandbox) {
        provider.destroy(sandbox.id());
        Awaitility.await("nothing left")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(world.residue()).isEmpty());
    }
}
