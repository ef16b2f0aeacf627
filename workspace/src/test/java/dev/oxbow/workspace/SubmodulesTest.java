package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Sandbox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Populated submodules have a repository of their own in the sandbox, and lose nothing. */
final class SubmodulesTest {
    @TempDir Path tmp;
    private SyncFixture f;
    private Path library;

    @BeforeEach
    void start() {
        f = new SyncFixture(tmp);
        library = repository("library", "lib.c");
        f.write("a", "1\n");
        f.git("submodule", "--quiet", "add", library.toString(), "lib");
        f.commit("first");
    }

    @AfterEach
    void end() {
        f.close();
    }

    private Path repository(String name, String file) {
        Path directory = tmp.resolve(name);
        SyncFixture.git(tmp, "init", "-q", "-b", "main", directory.toString());
        SyncFixture.write(directory, file, "1\n");
        SyncFixture.git(directory, "add", "-A");
        SyncFixture.git(directory, "commit", "-q", "-m", name);
        return directory;
    }

    private static String git(Path directory, String... args) {
        return SyncFixture.git(directory, args);
    }

    private Path lib() {
        return f.repo.resolve("lib");
    }

    private Path inside(Sandbox sandbox) {
        return f.inside(sandbox).resolve("lib");
    }

    private void sameStatus(Sandbox sandbox, String... submodules) {
        assertThat(git(f.inside(sandbox), "status", "--porcelain", "-b"))
                .isEqualTo(f.git("status", "--porcelain", "-b"));
        assertThat(submodules(f.inside(sandbox))).isEqualTo(submodules(f.repo));
        for (String path : submodules) {
            assertThat(git(f.inside(sandbox).resolve(path), "status", "--porcelain"))
                    .isEqualTo(git(f.repo.resolve(path), "status", "--porcelain"));
            assertThat(git(f.inside(sandbox).resolve(path), "rev-parse", "HEAD"))
                    .isEqualTo(git(f.repo.resolve(path), "rev-parse", "HEAD"));
        }
    }

    /** State, commit and path of each, without the names that a repository has for the commit. */
    private static String submodules(Path directory) {
        return git(directory, "submodule", "status").replaceAll(" \\(.*\\)", "");
    }

    @Test
    void s27_statusInsideIsThatOfTheHost() {
        Sandbox sandbox = f.sandbox();

        f.in(sandbox);

        sameStatus(sandbox, "lib");
        assertThat(git(inside(sandbox), "status", "--porcelain")).isEmpty();
        assertThat(git(inside(sandbox), "symbolic-ref", "HEAD")).isEqualTo("refs/heads/main");
        assertThat(git(inside(sandbox), "remote")).isEmpty();
        assertThat(inside(sandbox).resolve(".git/hooks")).doesNotExist();
        assertThat(git(inside(sandbox), "rev-parse", "refs/oxbow/base"))
                .isEqualTo(git(lib(), "rev-parse", "HEAD"));
        assertThat(git(inside(sandbox), "fsck", "--strict")).isEmpty();
    }

    @Test
    void s27_s39_aDirtySubmoduleWithDetachedHeadIsTheSameInside() {
        SyncFixture.write(lib(), "lib.c", "2\n");
        git(lib(), "commit", "-q", "-a", "-m", "ahead");
        git(lib(), "checkout", "-q", "--detach");
        SyncFixture.write(lib(), "lib.c", "dirty\n");
        SyncFixture.write(lib(), "new.c", "new\n");
        Sandbox sandbox = f.sandbox();

        f.in(sandbox);

        assertThat(git(lib(), "status", "--porcelain")).isNotEmpty();
        sameStatus(sandbox, "lib");
        assertThat(inside(sandbox).resolve(".git/HEAD"))
                .hasContent(git(lib(), "rev-parse", "HEAD"));
        assertThat(git(inside(sandbox), "show", "refs/oxbow/base:lib.c")).isEqualTo("dirty");
        assertThat(git(inside(sandbox), "show", "refs/oxbow/base:new.c")).isEqualTo("new");
        assertThat(git(inside(sandbox), "rev-parse", "refs/oxbow/base^"))
                .isEqualTo(git(lib(), "rev-parse", "HEAD"));
    }

    @Test
    void s2_s27_commitsInASubmoduleComeBackToItsRepositoryAndAreNamed() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        String before = git(lib(), "rev-parse", "HEAD");
        SyncFixture.shell(
                sandbox, "cd lib; echo 2 > lib.c; git add -A; " + SyncFixture.AGENT_COMMIT);
        String made = git(inside(sandbox), "rev-parse", "HEAD");

        Harvest harvest = f.harvest(sandbox);

        String ref = "refs/oxbow/" + sandbox.id() + "/main";
        assertThat(git(lib(), "rev-parse", ref)).isEqualTo(made);
        assertThat(git(lib(), "show", ref + ":lib.c")).isEqualTo("2");
        assertThat(git(lib(), "rev-parse", "HEAD")).isEqualTo(before);
        assertThat(git(lib(), "rev-parse", "main")).isEqualTo(before);
        assertThat(harvest.commits()).isEmpty();
        assertThat(harvest.warnings())
                .extracting(SyncWarning::text)
                .anySatisfy(
                        text -> assertThat(text).contains("1 commit made in submodule lib", ref))
                .anySatisfy(text -> assertThat(text).contains("submodule lib was at"));
        assertThat(f.apply(harvest, ConflictPolicy.FAIL).applied()).isTrue();
        assertThat(lib().resolve("lib.c")).hasContent("2\n");
    }

    @Test
    void s27_aGitlinkInACommitOfTheAgentIsData() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(
                sandbox,
                "cd lib; echo 2 > lib.c; git add -A; "
                        + SyncFixture.AGENT_COMMIT
                        + "; cd ..; git add -A; "
                        + SyncFixture.AGENT_COMMIT);
        String made = git(inside(sandbox), "rev-parse", "HEAD");

        Harvest harvest = f.harvest(sandbox);

        assertThat(harvest.commits()).hasSize(1);
        assertThat(f.git("rev-parse", harvest.commits().getFirst().ref() + ":lib")).isEqualTo(made);
        assertThat(git(lib(), "cat-file", "-t", made)).isEqualTo("commit");
        assertThat(harvest.warnings())
                .extracting(SyncWarning::text)
                .anySatisfy(text ->
                        assertThat(text)
                                .contains("sets submodule lib to commit " + made.substring(0, 12)));
    }

    @Test
    void s1_aSubmoduleMovesInsideWhenItMovesOnTheHostAndNotElse() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(
                sandbox, "cd lib; echo x > agent.c; git add -A; " + SyncFixture.AGENT_COMMIT);
        String made = git(inside(sandbox), "rev-parse", "HEAD");
        f.out(sandbox);

        f.in(sandbox);

        assertThat(git(inside(sandbox), "rev-parse", "HEAD")).isEqualTo(made);
        git(lib(), "add", "-A");
        git(lib(), "commit", "-q", "-m", "taken");
        f.in(sandbox);
        sameStatus(sandbox, "lib");
        assertThat(git(inside(sandbox), "status", "--porcelain")).isEmpty();
        assertThat(f.harvest(sandbox).warnings()).isEmpty();
    }

    @Test
    void s27_submodulesOfSubmodulesAndOfLinkedWorktreesHaveTheirRepositories() {
        Path deep = repository("deep", "deep.c");
        git(lib(), "submodule", "--quiet", "add", deep.toString(), "deep");
        git(lib(), "commit", "-q", "-m", "deep");
        git(lib(), "push", "-q", "origin", "HEAD:refs/heads/deep");
        f.commit("second");
        Path linked = tmp.resolve("linked");
        f.git("worktree", "add", "-q", "-b", "side", linked.toString());
        git(linked, "submodule", "--quiet", "update", "--init");
        Sandbox sandbox = f.sandbox();

        f.in(sandbox);

        sameStatus(sandbox, "lib", "lib/deep");
        SyncFixture.shell(
                sandbox, "cd lib/deep; echo 2 > deep.c; git add -A; " + SyncFixture.AGENT_COMMIT);
        f.harvest(sandbox);
        String ref = "refs/oxbow/" + sandbox.id() + "/main";
        assertThat(git(lib().resolve("deep"), "show", ref + ":deep.c")).isEqualTo("2");
        assertThat(HostSide.read(Worktree.at(linked)).submodules()).hasSize(1);
    }

    @Test
    void s33_aSubmoduleThatPointsToAnotherRepositoryHandsOutNothingOfIt() throws IOException {
        Path other = repository("other", "private");
        Files.writeString(lib().resolve(".git"), "gitdir: " + other.resolve(".git") + "\n");
        Sandbox sandbox = f.sandbox();

        SyncInReport report = f.in(sandbox);

        assertThat(inside(sandbox).resolve("lib.c")).hasContent("1\n");
        assertThat(inside(sandbox).resolve(".git")).doesNotExist();
        assertThat(report.warnings())
                .extracting(SyncWarning::kind)
                .containsExactly(SyncWarning.Kind.NESTED_REPOSITORY);
    }

    @Test
    void s14_aSubmoduleBehindALinkIsNone() throws IOException {
        Files.createSymbolicLink(f.repo.resolve("link"), tmp);
        String commit = git(library, "rev-parse", "HEAD");
        f.git("update-index", "--add", "--cacheinfo", "160000," + commit + ",link/library");
        Sandbox sandbox = f.sandbox();

        f.in(sandbox);

        assertThat(HostSide.read(Worktree.at(f.repo)).submodules()).hasSize(1);
        assertThat(git(f.inside(sandbox), "rev-parse", "HEAD"))
                .isEqualTo(f.git("rev-parse", "HEAD"));
    }

    @Test
    void s15_gitDataThatTheAgentReplacedIsNamedAndNotFollowed() {
        for (String damage :
                List.of(
                        "rm -rf lib/.git",
                        "rm -rf lib/.git; echo 'gitdir: ../.git' > lib/.git",
                        "rm -rf lib/.git; ln -s ../.git lib/.git",
                        "rm -rf lib; mkdir d; ln -s d lib")) {
            Sandbox sandbox = f.sandbox();
            f.in(sandbox);
            SyncFixture.shell(
                    sandbox, "echo 3 > b; git add b; " + SyncFixture.AGENT_COMMIT + "; " + damage);

            Harvest harvest = f.harvest(sandbox);

            assertThat(harvest.warnings())
                    .as(damage)
                    .extracting(SyncWarning::kind)
                    .contains(SyncWarning.Kind.REPOSITORY);
            assertThat(git(lib(), "for-each-ref", "refs/oxbow")).as(damage).isEmpty();
            assertThat(harvest.commits()).as(damage).hasSize(1);
            f.in(sandbox);
        }
    }

    @Test
    void s15_aDamagedRepositoryIsNotTakenForTheOneAroundIt() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, "rm -rf lib/.git/objects");

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> f.harvest(sandbox))
                .hasMessageContaining("No files were pulled back");
    }

    @Test
    void s13_gitDataOfASubmoduleIsNeverContent() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, "echo evil > lib/.git/hooks; echo x > lib/.git/config.x");
        String config = git(lib(), "config", "--list", "--local");

        Harvest harvest = f.harvest(sandbox);

        assertThat(harvest.changes()).isEmpty();
        assertThat(f.apply(harvest, ConflictPolicy.FAIL).applied()).isTrue();
        assertThat(git(lib(), "config", "--list", "--local")).isEqualTo(config);
        assertThat(lib().resolve(".git")).isRegularFile();
    }

    @Test
    void s13_theRepositoryOfASubmoduleThatIsGoneIsPutAway() {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(
                sandbox, "cd lib; echo x > agent.c; git add -A; " + SyncFixture.AGENT_COMMIT);
        String made = git(inside(sandbox), "rev-parse", "HEAD");
        f.out(sandbox);
        f.git("submodule", "--quiet", "deinit", "-f", "lib");

        f.in(sandbox);

        assertThat(inside(sandbox).resolve(".git")).doesNotExist();
        assertThat(git(f.inside(sandbox), "status", "--porcelain"))
                .isEqualTo(f.git("status", "--porcelain"));
        assertThat(f.inside(sandbox).resolve(".git/oxbow-gone/lib/refs/heads/main"))
                .hasContent(made);
        assertThat(f.harvest(sandbox).changes()).isEmpty();
        f.git("-c", "submodule.lib.update=checkout", "submodule", "--quiet", "update", "--init");
        f.in(sandbox);
        sameStatus(sandbox, "lib");
    }

    @Test
    void aSubmoduleWithoutFilesOrCommitsIsNoObstacle() {
        git(lib(), "rm", "-q", "lib.c");
        git(lib(), "commit", "-q", "-m", "nothing left");
        git(tmp, "init", "-q", "-b", "main", f.repo.resolve("lib/fresh").toString());
        Sandbox sandbox = f.sandbox();

        f.in(sandbox);

        assertThat(git(inside(sandbox), "rev-parse", "HEAD"))
                .isEqualTo(git(lib(), "rev-parse", "HEAD"));
        assertThat(git(inside(sandbox), "fsck")).isEmpty();
        assertThat(f.harvest(sandbox).changes()).isEmpty();
    }

    @Test
    void s13_manifestsThatKnewNothingOfSubmodulesAreStillRead() {
        byte[] now = Manifest.empty(SandboxId.next(), "tree").encode();
        byte[] earlier = Arrays.copyOf(now, now.length - Integer.BYTES);
        ByteBuffer bytes = ByteBuffer.wrap(earlier).putInt(0, 0x4f584d32);
        CRC32C checksum = new CRC32C();
        checksum.update(earlier, 0, earlier.length - Long.BYTES);
        bytes.putLong(earlier.length - Long.BYTES, checksum.getValue());

        assertThat(Manifest.decode(earlier).worktree()).isEqualTo("tree");
        assertThat(Manifest.decode(now).nested()).isEmpty();
    }
}
