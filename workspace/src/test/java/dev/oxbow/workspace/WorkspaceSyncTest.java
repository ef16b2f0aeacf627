package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.sandbox.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceSyncTest {
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

    @Test
    void aDirectoryThatWasEmptyTakesTheFilesOfTheAgent() throws Exception {
        Files.createDirectories(f.repo.resolve("empty/inner"));
        Files.createDirectories(f.repo.resolve("other"));
        f.write("a", "1\n");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(
                sandbox, "echo 1 > empty/inner/new; echo 2 > empty/more; rmdir other; echo 3 > a");

        assertThat(f.out(sandbox).applied()).isTrue();

        assertThat(f.repo.resolve("empty/inner/new")).hasContent("1\n");
        assertThat(f.repo.resolve("empty/more")).hasContent("2\n");
        assertThat(f.repo.resolve("other")).doesNotExist();
        assertThat(f.repo.resolve("a")).hasContent("3\n");
        assertThat(f.harvest(sandbox).changes()).isEmpty();
    }

    @Test
    void workGoesInAndComesBack() throws Exception {
        f.write("src/a.txt", "one\n");
        f.write("README", "hello\n");
        f.commit("first");
        f.write("src/a.txt", "one, changed and not committed\n");
        f.write("untracked.txt", "new\n");
        Sandbox sandbox = f.sandbox();

        SyncInReport in = f.in(sandbox);

        assertThat(in.filesSent()).isEqualTo(3);
        assertThat(SyncFixture.tree(f.inside(sandbox))).isEqualTo(SyncFixture.tree(f.repo));
        assertThat(SyncFixture.git(f.inside(sandbox), "rev-parse", "HEAD", "--abbrev-ref", "HEAD"))
                .isEqualTo(f.git("rev-parse", "HEAD") + "\nmain");
        assertThat(SyncFixture.git(f.inside(sandbox), "status", "--porcelain"))
                .isEqualTo("M src/a.txt\n?? untracked.txt");

        SyncFixture.shell(
                sandbox,
                "echo two > b.txt; echo more >> src/a.txt; rm README; mkdir -p deep/er;"
                        + " ln -s ../b.txt deep/link; printf '#!/bin/sh\\n' > run.sh;"
                        + " chmod +x run.sh");
        Harvest harvest = f.harvest(sandbox);
        String head = f.git("rev-parse", "HEAD");
        byte[] index = Files.readAllBytes(f.repo.resolve(".git/index"));

        ApplyReport report = f.apply(harvest, ConflictPolicy.FAIL);

        assertThat(report.applied()).isTrue();
        assertThat(report.filesChanged()).isEqualTo(5);
        assertThat(report.filesDeleted()).isEqualTo(1);
        assertThat(SyncFixture.tree(f.repo)).isEqualTo(SyncFixture.tree(f.inside(sandbox)));
        assertThat(f.git("rev-parse", "HEAD")).isEqualTo(head);
        assertThat(Files.readAllBytes(f.repo.resolve(".git/index"))).isEqualTo(index);
        assertThat(f.git("branch", "--list")).isEqualTo("* main");
        assertThat(f.diff(harvest)).contains("+more", "deleted file mode 100644", "+two");
        assertThat(f.repo.resolve(".ox")).doesNotExist();
    }

    @Test
    void aSecondSyncOfTheSameSendsNothing() {
        f.write("a", "1");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);

        SyncInReport again = f.in(sandbox);

        assertThat(again.filesSent()).isZero();
        assertThat(again.filesDeleted()).isZero();
        assertThat(f.harvest(sandbox).changes()).isEmpty();
    }

    @Test
    void agentsCommitsArriveUnderTheirOwnRef() {
        f.write("a", "1\n");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(
                sandbox, "echo 2 > a; git add a; " + SyncFixture.AGENT_COMMIT + "; echo 3 > a");

        Harvest harvest = f.harvest(sandbox);

        String ref = "refs/oxbow/" + sandbox.id() + "/main";
        assertThat(harvest.commits()).extracting(Harvest.AgentCommits::ref).containsExactly(ref);
        assertThat(f.git("log", "--format=%s", ref)).isEqualTo("work\nfirst");
        assertThat(f.git("show", ref + ":a")).isEqualTo("2");
        assertThat(f.apply(harvest, ConflictPolicy.FAIL).applied()).isTrue();
        assertThat(f.repo.resolve("a")).hasContent("3\n");
        assertThat(f.git("log", "--format=%s")).isEqualTo("first");
    }

    @Test
    void conflictsStopEverythingByDefault() {
        f.write("a", "1\n");
        f.write("b", "1\n");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, "echo theirs > a; echo theirs > b");
        f.write("a", "mine\n");
        Harvest harvest = f.harvest(sandbox);

        ApplyReport stopped = f.apply(harvest, ConflictPolicy.FAIL);

        assertThat(stopped.applied()).isFalse();
        assertThat(stopped.conflicts()).extracting(c -> c.path().toString()).containsExactly("a");
        assertThat(f.repo.resolve("a")).hasContent("mine\n");
        assertThat(f.repo.resolve("b")).hasContent("1\n");

        ApplyReport taken = f.apply(harvest, ConflictPolicy.SANDBOX);

        assertThat(taken.applied()).isTrue();
        assertThat(f.repo.resolve("a")).hasContent("theirs\n");
        assertThat(f.repo.resolve("b")).hasContent("theirs\n");
        assertThat(f.git("show", taken.archive().orElseThrow() + ":a")).isEqualTo("mine");
    }

    @Test
    void applyingWhatIsThereAlreadyDoesNothing() {
        f.write("a", "1\n");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, "echo 2 > a");
        Harvest harvest = f.harvest(sandbox);
        f.apply(harvest, ConflictPolicy.FAIL);

        ApplyReport again = f.apply(harvest, ConflictPolicy.FAIL);

        assertThat(again).extracting(ApplyReport::applied).isEqualTo(true);
        assertThat(again.filesChanged()).isZero();
        assertThat(f.sync().unextracted(sandbox)).isEmpty();
    }

    @Test
    void nothingHarvestedIsNothingKnown() {
        assertThat(f.sync().harvested(RunId.next())).isEmpty();
        assertThat(f.sync().recover()).isEqualTo(List.of());
    }

    @Test
    void attemptsFromTheSameStartDoNotKnowEachOther() {
        f.write("a", "1\n");
        f.commit("first");
        Sandbox one = f.sandbox();
        Sandbox two = f.sandbox();
        f.in(one);
        f.in(two);
        SyncFixture.shell(one, "echo one > a");
        SyncFixture.shell(two, "echo two > b");

        assertThat(f.out(one).applied()).isTrue();
        assertThat(f.out(two).applied()).isTrue();

        assertThat(f.repo.resolve("a")).hasContent("one\n");
        assertThat(f.repo.resolve("b")).hasContent("two\n");
    }

    @Test
    void aSubdirectoryOfTheWorktreeNamesTheSameWorktree() {
        f.write("deep/er/x", "1");
        Worktree from = Worktree.at(f.repo.resolve("deep/er"));

        assertThat(from.root()).isEqualTo(Worktree.at(f.repo).root());
        assertThat(from.identity()).matches("[0-9a-f]{24}");
        assertThatThrownBy(() -> Worktree.at(tmp))
                .extracting(e -> ((OxException) e).code())
                .isEqualTo(ErrorCode.CWD_NOT_WORKTREE);
    }
}
