package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a checkpoint holds exactly what was there, in the hard cases too, at rest and at work. */
public abstract class CheckpointContentContract extends CheckpointCase {

    /** The same sandbox, with something running in it or without. */
    private Sandbox source(boolean busy) throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        Sandbox sandbox = sandbox();
        if (busy) {
            SandboxProcess unusedGoesOn = busy(sandbox);
        }
        return sandbox;
    }

    /** What the checkpoint holds, as a fork shows it. */
    private Map<String, String> held(Checkpoint checkpoint) {
        return everything(fork(checkpoint));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allThreeDirectoriesAreInIt(boolean busy) throws InterruptedException {
        Sandbox sandbox = source(busy);
        make(sandbox, "echo w > /workspace/w; echo h > /home/agent/h; echo t > /tmp/t");
        Checkpoint checkpoint = checkpoint(sandbox);
        make(sandbox, "rm /workspace/w /home/agent/h /tmp/t");
        Sandbox fork = fork(checkpoint);
        assertThat(run(fork, "cat /workspace/w /home/agent/h /tmp/t").out()).isEqualTo("w\nh\nt\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void modesTimesAndLinksAreKept(boolean busy) throws InterruptedException {
        Sandbox sandbox = source(busy);
        make(
                sandbox,
                "echo run > script; chmod 755 script; mkdir -p deep/er; chmod 700 deep;"
                        + " echo x > deep/er/x; chmod 444 deep/er/x; ln -s deep/er/x link;"
                        + " ln -s nowhere dangling; mkdir empty");
        Map<String, String> before = everything(sandbox);
        Checkpoint checkpoint = checkpoint(sandbox);
        assertThat(everything(sandbox)).isEqualTo(before);
        assertThat(held(checkpoint)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChainOfChangesIsKeptStepByStep(boolean busy) throws InterruptedException {
        Sandbox sandbox = source(busy);
        List<String> steps =
                List.of(
                        "mkdir -p d/e; echo 1 > d/e/f; echo 1 > d/g; echo 1 > top",
                        "echo 2 > d/e/f; rm top; echo 2 > new",
                        // A directory made anew does not show what its name held before.
                        "rm -r d; mkdir d; echo 3 > d/only",
                        // From a directory to a file, to a link, and back.
                        "rm -r d; echo 4 > d",
                        "rm d; ln -s new d",
                        "rm d; mkdir -p d/e; echo 6 > d/e/h; chmod 700 d/e",
                        "rm new; rm -r d");
        List<Checkpoint> taken = new ArrayList<>();
        List<Map<String, String>> states = new ArrayList<>();
        for (String step : steps) {
            make(sandbox, step);
            states.add(everything(sandbox));
            taken.add(checkpoint(sandbox));
            assertThat(everything(sandbox)).as("after " + step).isEqualTo(states.getLast());
        }
        for (int i = 0; i < steps.size(); i++) {
            assertThat(held(taken.get(i))).as(steps.get(i)).isEqualTo(states.get(i));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void directoriesCanBeRenamedAfterwards(boolean busy) throws InterruptedException {
        Sandbox sandbox = source(busy);
        needsRealPrograms(sandbox);
        make(sandbox, "mkdir -p a/b; echo 1 > a/b/f; echo 2 > a/g");
        Checkpoint first = checkpoint(sandbox);
        make(sandbox, "mv a z; echo 3 > z/b/f; mkdir a; echo 4 > a/h");
        Map<String, String> renamed = everything(sandbox);
        assertThat(renamed).containsOnlyKeys("a", "a/h", "z", "z/b", "z/b/f", "z/g");
        Checkpoint second = checkpoint(sandbox);
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            files.rename(TreePath.of("z"), TreePath.of("y"));
        }
        Map<String, String> again = everything(sandbox);
        assertThat(again).containsOnlyKeys("a", "a/h", "y", "y/b", "y/b/f", "y/g");
        Checkpoint third = checkpoint(sandbox);
        assertThat(held(first)).containsOnlyKeys("a", "a/b", "a/b/f", "a/g");
        assertThat(held(second)).isEqualTo(renamed);
        assertThat(held(third)).isEqualTo(again);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void strangeNamesAndKindsAreKept(boolean busy) throws InterruptedException {
        Sandbox sandbox = source(busy);
        needsRealPrograms(sandbox);
        make(
                sandbox,
                "printf x > \"$(printf 'a\\nb')\"; printf y > \"$(printf '\\377\\376')\";"
                        + " printf z > .wh.file; printf w > .wh..wh..opq; printf q > ' lead';"
                        + " printf s > '*'; mkfifo pipe; printf long > $(seq -s x 60)");
        Map<String, String> before = everything(sandbox);
        Checkpoint first = checkpoint(sandbox);
        assertThat(held(first)).isEqualTo(before);
        make(sandbox, "rm .wh.file \"$(printf '\\377\\376')\" pipe");
        Map<String, String> after = everything(sandbox);
        assertThat(held(checkpoint(sandbox))).isEqualTo(after);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hardLinksSparseFilesAndAttributesAreKept(boolean busy) throws InterruptedException {
        Sandbox sandbox = source(busy);
        needsRealPrograms(sandbox);
        make(
                sandbox,
                "echo one > a; ln a b; truncate -s 50M holes; printf end >> holes;"
                        + " touch -d '2001-02-03 04:05:06.789012345 UTC' a; chmod 4750 a");
        Sandbox fork = fork(checkpoint(sandbox));
        String look =
                "stat -c '%a %h %s %y' a b holes; cat b; cmp a b; test $(du -k holes|cut -f1) -lt"
                        + " 1000";
        assertThat(run(fork, look).out()).isEqualTo(run(sandbox, look).out());
        assertThat(run(fork, look).code()).isZero();
    }

    @Test
    void whatRunsGoesOnWithItsFilesOpen() throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        Sandbox sandbox = sandbox();
        needsRealPrograms(sandbox);
        SandboxProcess writer =
                untilReady(
                        sandbox.exec(
                                sh(
                                        "mkdir d; cd d; exec 3>>log; i=0; echo 0 >&3; echo 0 > n;"
                                                + " echo ready; while :; do"
                                                + " i=$((i+1)); echo $i >&3; echo $i > n.new;"
                                                + " mv n.new n; done")));
        Checkpoint checkpoint = checkpoint(sandbox);
        awaitMore(sandbox, "d/n");
        awaitMore(sandbox, "d/log");
        Checkpoint later = checkpoint(sandbox);
        awaitMore(sandbox, "d/n");
        assertThat(writer.exit()).isEmpty();
        assertConsistent(fork(checkpoint));
        assertConsistent(fork(later));
    }

    private static void awaitMore(Sandbox sandbox, String file) {
        String before = read(sandbox, file);
        Awaitility.await("more in " + file)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !read(sandbox, file).equals(before));
    }

    /** The log is written before the number, both in one order: one moment shows both alike. */
    private static void assertConsistent(Sandbox fork) throws InterruptedException {
        Ran ran = run(fork, "cd d; tail -n1 log; cat n");
        List<Integer> numbers = ran.out().lines().map(Integer::parseInt).toList();
        assertThat(numbers).as(ran.toString()).hasSize(2);
        assertThat(numbers.getFirst() - numbers.getLast()).as(ran.toString()).isBetween(0, 1);
    }

    @Test
    void aHostViewThatIsOpenGoesOnToo() {
        needs(Capability.FORK_RUNNING);
        Sandbox sandbox = sandbox();
        write(sandbox, "a", "one");
        Checkpoint checkpoint;
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            checkpoint = checkpoint(sandbox);
            write(sandbox, "b", "two");
            assertThat(files.stat(TreePath.of("b"))).isPresent();
            files.rename(TreePath.of("b"), TreePath.of("c"));
            files.remove(TreePath.of("a"));
        }
        assertThat(everything(sandbox)).containsOnlyKeys("c");
        assertThat(held(checkpoint)).containsOnlyKeys("a");
    }

    @Test
    void aDeepChainIsStillWhole() throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        Sandbox sandbox = sandbox();
        List<Checkpoint> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            make(sandbox, "echo %d > f%d; echo %d > same; rm -f f%d".formatted(i, i, i, i - 3));
            all.add(checkpoint(sandbox));
        }
        Sandbox fork = fork(all.getLast());
        assertThat(everything(fork)).containsOnlyKeys("f9", "f10", "f11", "same");
        assertThat(read(fork, "same")).isEqualTo("11\n");
        assertThat(everything(fork(all.get(4)))).containsOnlyKeys("f2", "f3", "f4", "same");
    }
}
