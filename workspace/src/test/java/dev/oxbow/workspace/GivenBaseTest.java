package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The repository in a sandbox has all of the commit of what the workspace was given. */
class GivenBaseTest {
    private static final String BASE = "refs/oxbow/base";

    @TempDir Path tmp;
    private SyncFixture f;

    @BeforeEach
    void open() {
        f = new SyncFixture(tmp);
        f.write("a", "1\n");
        f.write("deep/er/file", "1\n");
        f.write("deep/other", "1\n");
        f.write("side/file", "1\n");
        f.commit("first");
    }

    @AfterEach
    void close() {
        f.close();
    }

    private void isWhole(Sandbox sandbox) {
        Path inside = f.inside(sandbox);
        assertThat(SyncFixture.git(inside, "fsck", "--connectivity-only", "--no-dangling"))
                .doesNotContain("missing", "broken");
        assertThat(SyncFixture.git(inside, "ls-tree", "-r", BASE))
                .isEqualTo(f.git("ls-tree", "-r", Snapshots.baseRef(sandbox.id())));
    }

    @Test
    void afterAFewEditsOfAllKinds() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        f.write("deep/er/file", "2\n");
        f.in(sandbox);
        isWhole(sandbox);

        SyncFixture.run(
                f.repo,
                List.of(
                        "sh",
                        "-ec",
                        "rm -r side; ln -s a link; mkdir -p 'odd \"name\\é/x' empty;"
                                + " echo 3 > 'odd \"name\\é/x/y'; rm deep/other; mkdir deep/other;"
                                + " echo 3 > deep/other/in; chmod +x a"));
        f.in(sandbox);

        isWhole(sandbox);
        assertThat(SyncFixture.git(f.inside(sandbox), "show", BASE + ":deep/er/file"))
                .isEqualTo("2");
        assertThat(SyncFixture.git(f.inside(sandbox), "show", BASE + ":deep/other/in"))
                .isEqualTo("3");
    }

    @Test
    void afterMoreEditsThanAreNamed() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        f.write("a", "2\n");
        f.in(sandbox);
        for (int i = 0; i < 200; i++) {
            f.write("many/" + i % 10 + "/" + i, i + "\n");
        }

        f.in(sandbox);

        isWhole(sandbox);
    }

    @Test
    void afterAResultCameIntoTheWorktreeAndItWasEditedOn() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, "echo agent > deep/er/file");
        assertThat(f.out(sandbox).applied()).isTrue();
        f.write("side/file", "2\n");

        f.in(sandbox);

        isWhole(sandbox);
        assertThat(SyncFixture.git(f.inside(sandbox), "show", BASE + ":deep/er/file"))
                .isEqualTo("agent");
    }

    @Test
    void afterTheAgentMovedItsMark() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        f.write("deep/er/file", "2\n");
        f.in(sandbox);
        SyncFixture.shell(sandbox, "git update-ref -d " + BASE + " && rm -rf .git/objects/??");
        f.write("side/file", "2\n");

        f.in(sandbox);

        isWhole(sandbox);
    }

    @Test
    void whatIsCheckedOutIsSeenHoweverItIsWrittenDown() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        f.git("pack-refs", "--all");
        f.in(sandbox);
        assertThat(SyncFixture.git(f.inside(sandbox), "log", "--format=%s")).isEqualTo("first");

        f.git("commit", "-q", "--allow-empty", "-m", "second");
        f.in(sandbox);
        assertThat(SyncFixture.git(f.inside(sandbox), "log", "-1", "--format=%s"))
                .isEqualTo("second");

        f.git("checkout", "-q", "-b", "side");
        f.in(sandbox);
        assertThat(SyncFixture.git(f.inside(sandbox), "symbolic-ref", "HEAD"))
                .isEqualTo("refs/heads/side");

        f.git("checkout", "-q", "--detach");
        f.in(sandbox);
        f.git("checkout", "-q", "HEAD~1");
        f.in(sandbox);
        assertThat(SyncFixture.git(f.inside(sandbox), "rev-parse", "HEAD"))
                .isEqualTo(f.git("rev-parse", "HEAD"));
    }

    @Test
    void aBranchThatCannotBeReadIsAFailure() throws Exception {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        Files.writeString(f.repo.resolve(".git/refs/heads/main"), "no commit\n");

        assertThatThrownBy(() -> f.in(sandbox)).isInstanceOf(OxException.class);
    }
}
