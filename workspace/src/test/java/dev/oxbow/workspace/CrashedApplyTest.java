package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.sandbox.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An apply that is killed at any of its steps leaves all of the result or none of it. */
class CrashedApplyTest {
    private static final int HALTED = 99;

    @TempDir Path tmp;
    private SyncFixture f;

    @BeforeEach
    void open() {
        f = new SyncFixture(tmp);
    }

    @AfterEach
    void close() {
        f.close();
    }

    /** Applies a run in a process of its own, which ends without further ado at one step. */
    public static final class Victim {
        private Victim() {}

        /** Takes worktree, manifests, state, run and step. */
        public static void main(String[] args) {
            new WorkspaceSync(
                            Worktree.at(Path.of(args[0])),
                            new FileManifestStore(Path.of(args[1])),
                            Path.of(args[2]),
                            SyncLimits.DEFAULT,
                            Optional.empty(),
                            step -> {
                                if (step.equals(args[4])) {
                                    Runtime.getRuntime().halt(HALTED);
                                }
                            })
                    .apply(new RunId(args[3]), ConflictPolicy.SANDBOX, Progress.NONE);
        }
    }

    private void killedAt(String step, RunId run) throws Exception {
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Victim.class.getName()));
        argv.addAll(
                List.of(
                        f.repo.toString(),
                        tmp.resolve("manifests").toString(),
                        tmp.resolve("state").toString(),
                        run.value(),
                        step));
        Process process = new ProcessBuilder(argv).inheritIO().start();
        assertThat(process.waitFor()).as(step).isEqualTo(HALTED);
    }

    private Harvest work() {
        f.write("a", "1\n");
        f.write("b", "1\n");
        f.write("dir/c", "1\n");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, "echo 2 > a; rm b; rm -r dir; echo 2 > dir; echo 1 > new");
        return f.harvest(sandbox);
    }

    @Test
    void wholeOrNothingAtEveryStep() throws Exception {
        Harvest harvest = work();
        Map<String, String> before = SyncFixture.tree(f.repo);
        List<String> steps = new ArrayList<>();
        f.step = steps::add;
        f.apply(harvest, ConflictPolicy.SANDBOX);
        f.step = _ -> {};
        Map<String, String> after = SyncFixture.tree(f.repo);
        assertThat(steps).contains("staged", "change-0", "verify", "journal-done", "clear");

        boolean done = false;
        for (String step : steps) {
            f.git("checkout", "-q", "-f", "HEAD");
            f.git("clean", "-qfdx");
            assertThat(SyncFixture.tree(f.repo)).isEqualTo(before);
            done |= step.equals("clear");

            killedAt(step, harvest.run());
            List<RunId> undone = f.sync().recover();

            assertThat(SyncFixture.tree(f.repo)).as(step).isEqualTo(done ? after : before);
            boolean changing = step.startsWith("change-") || step.equals("verify");
            assertThat(undone)
                    .isEqualTo(
                            changing || step.equals("journal-done")
                                    ? List.of(harvest.run())
                                    : List.of());
            assertThat(f.sync().recover()).isEmpty();
        }
        assertThat(done).isTrue();
    }

    @Test
    void whatTheUserEditedAfterTheCrashStays() throws Exception {
        Harvest harvest = work();
        killedAt("verify", harvest.run());
        f.write("a", "edited after the crash\n");
        f.write("b", "made anew after the crash\n");

        assertThat(f.sync().recover()).containsExactly(harvest.run());

        assertThat(f.repo.resolve("a")).hasContent("edited after the crash\n");
        assertThat(f.repo.resolve("b")).hasContent("made anew after the crash\n");
        assertThat(f.repo.resolve("dir/c")).hasContent("1\n");
        String archive = "refs/oxbow/archive/" + harvest.run();
        assertThat(f.git("show", archive + ":a")).isEqualTo("1");
        assertThat(f.git("show", archive + ":b")).isEqualTo("1");
    }

    @Test
    void f51_aFullDiskWhileStagingLeavesNothingBehind() {
        Harvest harvest = work();
        Map<String, String> before = SyncFixture.tree(f.repo);
        for (String at : List.of("journal-staging", "stage-0", "stage-1", "staged")) {
            f.step =
                    s -> {
                        if (s.equals(at)) {
                            throw OxException.of(ErrorCode.NO_SPACE, "no space left on device");
                        }
                    };
            assertThatThrownBy(() -> f.apply(harvest, ConflictPolicy.FAIL))
                    .as(at)
                    .extracting(e -> ((OxException) e).code())
                    .isEqualTo(ErrorCode.NO_SPACE);
            f.step = _ -> {};
            assertThat(SyncFixture.tree(f.repo)).as(at).isEqualTo(before);
            assertThat(f.sync().recover()).as(at).isEmpty();
            assertThat(SyncFixture.tree(f.repo)).as(at).isEqualTo(before);
            assertThat(Files.exists(f.repo.resolve(".ox"))).isFalse();
        }
        assertThat(f.apply(harvest, ConflictPolicy.FAIL).applied()).isTrue();
        assertThat(f.repo.resolve("a")).hasContent("2\n");
    }
}
