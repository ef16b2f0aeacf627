package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.oxbow.base.RunId;
import dev.oxbow.sandbox.Sandbox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sync that is killed anywhere leaves the next one right: nothing stale, lost or in conflict. */
class CutShortSyncTest {
    @TempDir Path tmp;
    private SyncFixture f;

    @BeforeEach
    void open() {
        f = new SyncFixture(tmp);
        f.write(".gitignore", "*.log\n");
        f.write("a", "1\n");
        f.write("gone", "1\n");
        f.write("dir/file", "1\n");
        f.write("shape", "1\n");
        f.commit("first");
    }

    @AfterEach
    void close() {
        f.close();
    }

    private void change() {
        SyncFixture.run(
                f.repo,
                List.of(
                        "sh",
                        "-ec",
                        "echo 2 > a; rm -f gone; rm -rf dir shape; mkdir shape empty; echo 2 > dir;"
                                + " echo 2 > shape/in; ln -s a link; echo 2 > new; chmod +x new"));
        f.commit("second");
        f.write("untracked", "2\n");
    }

    private void takeBack() {
        f.git("reset", "-q", "--hard", "main~1");
        f.git("clean", "-qfdx");
    }

    private void isWhole(Sandbox sandbox, String as) {
        assertThat(SyncFixture.tree(f.inside(sandbox))).as(as).isEqualTo(SyncFixture.tree(f.repo));
        assertThat(SyncFixture.git(f.inside(sandbox), "status", "--porcelain"))
                .as(as)
                .isEqualTo(f.git("status", "--porcelain"));
        assertThat(SyncFixture.git(f.inside(sandbox), "rev-parse", "HEAD"))
                .as(as)
                .isEqualTo(f.git("rev-parse", "HEAD"));
        assertThat(SyncFixture.git(f.inside(sandbox), "fsck", "--connectivity-only"))
                .as(as)
                .doesNotContain("missing", "broken");
        assertThat(f.harvest(sandbox).changes()).as(as).isEmpty();
    }

    /** Syncs in with a process that dies after some writes; whether it did. */
    private boolean dies(Sandbox sandbox, int survived) {
        Throwable end = catchThrowable(() -> f.in(new DyingSandbox(sandbox, survived)));
        if (end != null) {
            assertThat(end).isInstanceOf(DyingSandbox.Killed.class);
        }
        return end != null;
    }

    @Test
    void aFirstSyncMayDieAtEveryWrite() {
        f.write("untracked", "1\n");
        boolean died = true;
        for (int n = 0; died; n++) {
            Sandbox sandbox = f.sandbox();
            died = dies(sandbox, n);
            f.in(sandbox);
            isWhole(sandbox, "after " + n + " writes");
        }
    }

    @Test
    void aLaterSyncMayDieAtEveryWriteAndTheUserGoesOnEditing() {
        boolean died = true;
        for (int n = 0; died; n++) {
            Sandbox sandbox = f.sandbox();
            f.in(sandbox);
            change();
            died = dies(sandbox, n);
            f.write("a", "edited after the crash\n");
            f.write("new", "edited after the crash\n");

            f.in(sandbox);

            isWhole(sandbox, "after " + n + " writes");
            takeBack();
        }
    }

    @Test
    void aSyncInMayDieAtEveryStepOfTheHost() {
        Set<String> steps = new LinkedHashSet<>();
        Sandbox probe = f.sandbox();
        f.step = steps::add;
        f.in(probe);
        f.step = _ -> {};
        assertThat(steps).contains("decided", "copied", "history", "snapshot", "recorded", "saved");
        for (String at : steps) {
            Sandbox sandbox = f.sandbox();
            f.in(sandbox);
            change();
            f.step = killAt(at);
            assertThatThrownBy(() -> f.in(sandbox)).isInstanceOf(DyingSandbox.Killed.class);
            f.step = _ -> {};
            f.write("a", "edited after the crash\n");

            f.in(sandbox);

            isWhole(sandbox, at);
            takeBack();
        }
    }

    @Test
    void whatTheAgentWroteAfterTheCrashIsItsWork() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        change();
        f.step = killAt("copied");
        assertThatThrownBy(() -> f.in(sandbox)).isInstanceOf(DyingSandbox.Killed.class);
        f.step = _ -> {};
        SyncFixture.shell(sandbox, "echo agent > a; echo agent > agents");

        assertThatThrownBy(() -> f.in(sandbox)).hasMessageContaining("1 file changed on both");

        f.in(sandbox, new SyncOptions(List.of(), ConflictPolicy.SANDBOX));
        assertThat(f.inside(sandbox).resolve("a")).hasContent("agent\n");
        assertThat(f.inside(sandbox).resolve("agents")).hasContent("agent\n");
    }

    @Test
    void aHarvestMayDieAtEveryStep() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(
                sandbox,
                "echo agent > a; rm gone; git add -A; "
                        + SyncFixture.AGENT_COMMIT
                        + "; echo new > new");
        List<String> steps = new ArrayList<>();
        f.step = steps::add;
        Harvest whole = f.harvest(sandbox);
        f.step = _ -> {};
        assertThat(steps).containsExactly("commits", "result", "seen");
        for (String at : steps) {
            RunId run = RunId.next();
            f.step = killAt(at);
            assertThatThrownBy(() -> f.sync().harvest(sandbox, run, false, Progress.NONE))
                    .isInstanceOf(DyingSandbox.Killed.class);
            f.step = _ -> {};
            assertThat(f.sync().harvested(run)).as(at).isEmpty();
            assertThat(f.repo.resolve("a")).as(at).hasContent("1\n");

            Harvest again = f.sync().harvest(sandbox, run, false, Progress.NONE);

            assertThat(again.changes()).as(at).isEqualTo(whole.changes());
            assertThat(again.commits()).as(at).isEqualTo(whole.commits());
        }
        assertThat(f.out(sandbox).applied()).isTrue();
        assertThat(SyncFixture.tree(f.repo)).isEqualTo(SyncFixture.tree(f.inside(sandbox)));
    }

    private static java.util.function.Consumer<String> killAt(String at) {
        return step -> {
            if (step.equals(at)) {
                throw new DyingSandbox.Killed();
            }
        };
    }
}
