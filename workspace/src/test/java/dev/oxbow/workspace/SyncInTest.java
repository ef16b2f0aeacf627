package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What reaches the sandbox, and what must not; numbers are those of the defects guarded against.
 */
class SyncInTest {
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

    private static final SyncOptions LOCAL = new SyncOptions(List.of(), ConflictPolicy.LOCAL);

    @Test
    void s01_localCommitsPullsAndResetsBetweenRunsAreSeen() {
        f.write("a", "1\n");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);

        f.write("a", "2\n");
        f.commit("second");
        f.in(sandbox);
        assertThat(f.inside(sandbox).resolve("a")).hasContent("2\n");
        assertThat(SyncFixture.git(f.inside(sandbox), "log", "--format=%s"))
                .isEqualTo("second\nfirst");
        assertThat(SyncFixture.git(f.inside(sandbox), "status", "--porcelain")).isEmpty();

        f.git("reset", "-q", "--hard", "HEAD~1");
        f.in(sandbox);
        assertThat(f.inside(sandbox).resolve("a")).hasContent("1\n");
        assertThat(SyncFixture.git(f.inside(sandbox), "log", "--format=%s")).isEqualTo("first");
        assertThat(f.harvest(sandbox).changes()).isEmpty();
    }

    @Test
    void s08_modesLinksAndEmptyDirectoriesTravel() throws Exception {
        Path script = f.write("run.sh", "#!/bin/sh\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(f.repo.resolve("link"), Path.of("nowhere/at all"));
        Files.createDirectories(f.repo.resolve("empty/inner"));
        f.write("nothing", "");
        Sandbox sandbox = f.sandbox();

        f.in(sandbox);

        assertThat(SyncFixture.tree(f.inside(sandbox))).isEqualTo(SyncFixture.tree(f.repo));
    }

    @Test
    void s10_filesMarkedUnchangedOrSkippedTravelAsTheyAre() {
        f.write("a", "1");
        f.write("b", "1");
        f.commit("first");
        f.git("update-index", "--assume-unchanged", "a");
        f.git("update-index", "--skip-worktree", "b");
        f.write("a", "edited");
        f.write("b", "edited");
        Sandbox sandbox = f.sandbox();

        f.in(sandbox);

        assertThat(f.inside(sandbox).resolve("a")).hasContent("edited");
        assertThat(f.inside(sandbox).resolve("b")).hasContent("edited");
    }

    @Test
    void s11_afterALostManifestDeletedFilesDoNotSurvive() throws Exception {
        f.write("a", "1");
        f.write("gone", "1");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        f.manifests.delete(sandbox.id());
        Files.delete(f.repo.resolve("gone"));

        f.in(sandbox);

        assertThat(f.inside(sandbox).resolve("gone")).doesNotExist();
        assertThat(f.inside(sandbox).resolve("a")).hasContent("1");
    }

    @Test
    void withoutAnyBaseUnknownFilesAreArchivedThenRemoved() {
        f.write("a", "1");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, "echo work > new; echo changed > a");
        f.manifests.delete(sandbox.id());
        f.git("update-ref", "-d", "refs/oxbow/bases/" + sandbox.id());
        RunId run = RunId.next();

        SyncInReport report = f.sync().syncIn(sandbox, run, SyncOptions.DEFAULT, Progress.NONE);

        assertThat(f.inside(sandbox).resolve("new")).doesNotExist();
        assertThat(f.inside(sandbox).resolve("a")).hasContent("1");
        assertThat(f.git("show", "refs/oxbow/archive/" + run + ":new")).isEqualTo("work");
        assertThat(f.git("show", "refs/oxbow/archive/" + run + ":a")).isEqualTo("changed");
        assertThat(report.warnings())
                .extracting(SyncWarning::kind)
                .containsOnly(SyncWarning.Kind.UNKNOWN_ARCHIVED);
    }

    @Test
    void aDamagedManifestCountsAsLost() throws Exception {
        f.write("a", "1");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, "echo 2 > a");
        Files.writeString(
                tmp.resolve("manifests/" + sandbox.id() + ".manifest"), "not a manifest at all");

        assertThat(f.out(sandbox).filesChanged()).isEqualTo(1);
        assertThat(f.repo.resolve("a")).hasContent("2\n");
    }

    @Test
    void s12_aFileSentDirtyAndRevertedLocallyIsNotPulledBack() {
        f.write("a", "1\n");
        f.commit("first");
        f.write("a", "dirty\n");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        f.git("checkout", "-q", "a");

        f.in(sandbox);

        assertThat(f.inside(sandbox).resolve("a")).hasContent("1\n");
        assertThat(f.out(sandbox).filesChanged()).isZero();
        assertThat(f.repo.resolve("a")).hasContent("1\n");
    }

    @Test
    void s13_untrackedFilesGoneHereGoThereToo() throws Exception {
        f.write("dir/left", "1");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        Files.delete(f.repo.resolve("dir/left"));
        Files.delete(f.repo.resolve("dir"));

        SyncInReport report = f.in(sandbox);

        assertThat(report.filesDeleted()).isEqualTo(1);
        assertThat(f.inside(sandbox).resolve("dir")).doesNotExist();
    }

    @Test
    void s18_ignoredFilesStayOnTheHostUnlessNamed() {
        f.write(".gitignore", ".env\nnode_modules/\n*.log\n!keep.log\n");
        f.write(".env", "SECRET=1");
        f.write("node_modules/x/index.js", "x");
        f.write("deep/trace.log", "x");
        f.write("keep.log", "x");
        f.write("build.log", "tracked though ignored");
        f.git("add", "-f", "build.log");
        Sandbox sandbox = f.sandbox();

        f.in(sandbox);

        assertThat(SyncFixture.tree(f.inside(sandbox)).keySet())
                .containsExactly(".gitignore", "build.log", "deep/", "keep.log");

        Sandbox other = f.sandbox();
        f.in(other, new SyncOptions(List.of(".env", "node_modules/x"), ConflictPolicy.FAIL));
        assertThat(f.inside(other).resolve(".env")).hasContent("SECRET=1");
        assertThat(f.inside(other).resolve("node_modules/x/index.js")).exists();
    }

    @Test
    void s20_theUsersAndTheRepositorysOwnIgnoreRulesHold() {
        Path global = SyncFixture.write(tmp, "globalignore", "*.secret\n");
        f.git("config", "core.excludesFile", global.toString());
        SyncFixture.write(f.repo, ".git/info/exclude", "/private/\n");
        f.write("a.secret", "x");
        f.write("private/b", "x");
        f.write("c", "x");
        Sandbox sandbox = f.sandbox();

        f.in(sandbox);

        assertThat(SyncFixture.tree(f.inside(sandbox)).keySet()).containsExactly("c");
    }

    @Test
    void s21_f39_aboveALimitIsAnErrorThatNamesTheFile() {
        f.write("small", "x");
        f.write("big.bin", "x".repeat(2000));
        Sandbox sandbox = f.sandbox();

        f.limits = new SyncLimits(10, new ByteSize(1000), ByteSize.gibibytes(1));
        assertThatThrownBy(() -> f.in(sandbox))
                .hasMessageContaining("big.bin")
                .hasMessageContaining("commit, ignore, or raise it")
                .extracting(e -> ((OxException) e).code())
                .isEqualTo(ErrorCode.SYNC_LIMIT_EXCEEDED);
        f.limits = new SyncLimits(1, ByteSize.gibibytes(1), ByteSize.gibibytes(1));
        assertThatThrownBy(() -> f.in(sandbox)).hasMessageContaining("1 files");
        f.limits = new SyncLimits(10, ByteSize.gibibytes(1), new ByteSize(1500));
        assertThatThrownBy(() -> f.in(sandbox)).hasMessageContaining("big.bin");
        assertThat(SyncFixture.tree(f.inside(sandbox))).isEmpty();
    }

    /** Brings a worktree into a sandbox and its work back in a process of its own. */
    public static final class SmallProcess {
        private SmallProcess() {}

        /** Takes a directory with a repository, to be used as a {@link SyncFixture} does. */
        public static void main(String[] args) {
            try (SyncFixture f = new SyncFixture(Path.of(args[0]))) {
                Sandbox sandbox = f.sandbox();
                f.in(sandbox);
                SyncFixture.shell(sandbox, "cp big bigger; echo x >> bigger");
                assertThat(f.out(sandbox).filesChanged()).isEqualTo(1);
            }
        }
    }

    @Test
    void s22_filesOfMoreThan256MiBPassBothWaysThroughLessMemoryThanTheyHave() throws Exception {
        Path big = f.write("big", "");
        try (var file = new java.io.RandomAccessFile(big.toFile(), "rw")) {
            file.setLength((256L << 20) + 1);
        }
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-Xmx64m",
                                "-XX:MaxDirectMemorySize=64m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SmallProcess.class.getName(),
                                tmp.toString())
                        .inheritIO()
                        .start();

        assertThat(process.waitFor()).isZero();
        assertThat(Files.size(f.repo.resolve("bigger"))).isEqualTo((256L << 20) + 3);
    }

    @Test
    void s24_aLinkedWorktreeBecomesARepositoryOfItsOwn() {
        f.write("a", "1");
        f.commit("first");
        Path linked = tmp.resolve("linked tree");
        f.git("worktree", "add", "-q", "-b", "feature/x", linked.toString());
        WorkspaceSync sync =
                new WorkspaceSync(Worktree.at(linked), f.manifests, tmp.resolve("state"), f.limits);
        Sandbox sandbox = f.provider.create(SandboxSpec.of(SandboxId.next()));

        sync.syncIn(sandbox, RunId.next(), SyncOptions.DEFAULT, Progress.NONE);

        assertThat(f.inside(sandbox).resolve(".git")).isDirectory();
        assertThat(SyncFixture.git(f.inside(sandbox), "status", "--porcelain", "-b"))
                .isEqualTo("## feature/x");
        assertThat(SyncFixture.git(f.inside(sandbox), "remote")).isEmpty();
        assertThat(SyncFixture.git(f.inside(sandbox), "rev-parse", "refs/oxbow/base"))
                .isEqualTo(f.git("rev-parse", "HEAD"));
    }

    @Test
    void s25_aPathMayBecomeAnotherKindOfThing() throws Exception {
        f.write("file", "1");
        f.write("dir/x", "1");
        Files.createSymbolicLink(f.repo.resolve("link"), Path.of("file"));
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.run(
                f.repo,
                List.of(
                        "sh",
                        "-ec",
                        "rm -r file dir link; mkdir -p file/sub link; echo 1 > file/sub/y;"
                                + " ln -s file dir; echo 1 > link/z"));

        f.in(sandbox);

        assertThat(SyncFixture.tree(f.inside(sandbox))).isEqualTo(SyncFixture.tree(f.repo));
        assertThat(f.harvest(sandbox).changes()).isEmpty();
    }

    @Test
    void s26_nestedRepositoriesAreWalked() {
        f.write("nested/file", "1");
        SyncFixture.git(f.repo.resolve("nested"), "init", "-q");
        Sandbox sandbox = f.sandbox();

        SyncInReport report = f.in(sandbox);

        assertThat(f.inside(sandbox).resolve("nested/file")).hasContent("1");
        assertThat(f.inside(sandbox).resolve("nested/.git")).doesNotExist();
        assertThat(report.warnings())
                .extracting(SyncWarning::kind)
                .containsExactly(SyncWarning.Kind.NESTED_REPOSITORY);
    }

    @Test
    void s27_submodulesTravelWithTheirContentAndChanges() {
        Path library = tmp.resolve("library");
        SyncFixture.git(tmp, "init", "-q", library.toString());
        SyncFixture.write(library, "lib.c", "1\n");
        SyncFixture.git(library, "add", "-A");
        SyncFixture.git(library, "commit", "-q", "-m", "lib");
        f.git("submodule", "--quiet", "add", library.toString(), "lib");
        f.commit("first");
        f.write("lib/lib.c", "dirty\n");
        Sandbox sandbox = f.sandbox();

        f.in(sandbox);

        assertThat(f.inside(sandbox).resolve("lib/lib.c")).hasContent("dirty\n");
        SyncFixture.shell(sandbox, "echo agent > lib/lib.c");
        Harvest harvest = f.harvest(sandbox);
        assertThat(harvest.warnings())
                .extracting(SyncWarning::kind)
                .contains(SyncWarning.Kind.SUBMODULE_CHANGED);
        assertThat(f.apply(harvest, ConflictPolicy.FAIL).applied()).isTrue();
        assertThat(f.repo.resolve("lib/lib.c")).hasContent("agent\n");
        assertThat(f.git("ls-files", "-s", "lib")).startsWith("160000");
    }

    @Test
    void s28_f38_backwardAndUnrelatedHistoriesArrive() {
        f.write("a", "1\n");
        f.commit("first");
        f.write("a", "2\n");
        f.commit("second");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);

        f.git("reset", "-q", "--hard", "HEAD~1");
        f.in(sandbox);
        assertThat(SyncFixture.git(f.inside(sandbox), "log", "--format=%s")).isEqualTo("first");

        f.git("checkout", "-q", "--orphan", "other");
        f.commit("unrelated");
        f.in(sandbox);
        assertThat(SyncFixture.git(f.inside(sandbox), "log", "--format=%s")).isEqualTo("unrelated");
        assertThat(SyncFixture.git(f.inside(sandbox), "status", "-b", "--porcelain"))
                .isEqualTo("## other");
        assertThat(SyncFixture.git(f.inside(sandbox), "fsck", "--connectivity-only"))
                .doesNotContain("missing");
    }

    @Test
    void aRepositoryThatTheAgentBrokeIsGivenAnew() {
        f.write("a", "1\n");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, "rm -rf .git/objects/pack/*");
        f.write("a", "2\n");
        f.commit("second");

        f.in(sandbox, LOCAL);

        assertThat(SyncFixture.git(f.inside(sandbox), "log", "--format=%s"))
                .isEqualTo("second\nfirst");
    }

    @Test
    void s29_noCommitOrStashOfOursIsInAnyHistory() {
        f.write("a", "1\n");
        f.commit("first");
        f.write("a", "dirty\n");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, "echo x > b");
        f.out(sandbox);

        assertThat(f.git("log", "--format=%s", "--branches", "--tags", "HEAD")).isEqualTo("first");
        assertThat(f.git("stash", "list")).isEmpty();
        assertThat(SyncFixture.git(f.inside(sandbox), "log", "--format=%s", "--branches"))
                .isEqualTo("first");
        assertThat(SyncFixture.git(f.inside(sandbox), "show", "refs/oxbow/base:a"))
                .isEqualTo("dirty");
    }

    @Test
    void s36_anEmptyWorktreeWithoutCommitsWorks() {
        Sandbox sandbox = f.sandbox();

        assertThat(f.in(sandbox).filesSent()).isZero();

        SyncFixture.shell(sandbox, "echo 1 > first; git add first; " + SyncFixture.AGENT_COMMIT);
        Harvest harvest = f.harvest(sandbox);
        assertThat(harvest.commits()).hasSize(1);
        assertThat(f.apply(harvest, ConflictPolicy.FAIL).filesChanged()).isEqualTo(1);
        assertThat(f.repo.resolve("first")).hasContent("1\n");
    }

    @Test
    void s37_theSandboxOfAnotherWorktreeIsRefused() {
        Sandbox foreign =
                f.provider.create(
                        SandboxSpec.of(SandboxId.next())
                                .withLabels(Labels.of("oxbow-worktree-id", "0".repeat(24))));

        assertThatThrownBy(() -> f.in(foreign))
                .extracting(e -> ((OxException) e).code())
                .isEqualTo(ErrorCode.IDENTITY_MISMATCH);
        assertThatThrownBy(() -> f.harvest(foreign))
                .extracting(e -> ((OxException) e).code())
                .isEqualTo(ErrorCode.IDENTITY_MISMATCH);
    }

    @Test
    void s39_aDetachedHeadStaysDetachedAndItsCommitsComeBack() {
        f.write("a", "1\n");
        f.commit("first");
        f.git("checkout", "-q", "--detach");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        assertThat(SyncFixture.git(f.inside(sandbox), "status", "-b", "--porcelain"))
                .isEqualTo("## HEAD (no branch)");
        SyncFixture.shell(sandbox, "echo 2 > a; git add a; " + SyncFixture.AGENT_COMMIT);
        assertThat(f.harvest(sandbox).commits())
                .extracting(Harvest.AgentCommits::ref)
                .containsExactly("refs/oxbow/" + sandbox.id() + "/HEAD");

        SyncFixture.shell(
                sandbox,
                "git checkout -q -b a; echo 3 > a; git add a; " + SyncFixture.AGENT_COMMIT);
        f.harvest(sandbox);
        SyncFixture.shell(
                sandbox,
                "git checkout -q --detach; git branch -D a; git checkout -q -b a/b; echo 4 > a;"
                        + " git add a; "
                        + SyncFixture.AGENT_COMMIT);
        List<Harvest.AgentCommits> commits = f.harvest(sandbox).commits();
        assertThat(commits).hasSize(1);
        assertThat(f.git("show", commits.getFirst().ref() + ":a")).isEqualTo("4");
    }

    @Test
    void s34_trackedFilesThatLookLikeSecretsAreNamed() {
        f.write("deploy.pem", "x");
        f.write("src/.env", "x");
        f.commit("first");

        assertThat(f.in(f.sandbox()).warnings())
                .extracting(w -> w.kind() + " " + w.path())
                .containsExactly("SECRET_SENT deploy.pem", "SECRET_SENT src/.env");
    }

    @Test
    void whatBothChangedIsSettledByThePolicy() {
        f.write("a", "1\n2\n3\n4\n5\n");
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, "sed -i s/5/theirs/ a");
        f.write("a", "mine\n2\n3\n4\n5\n");

        assertThatThrownBy(() -> f.in(sandbox))
                .hasMessage("1 file changed on both sides; nothing was written")
                .extracting(e -> ((OxException) e).code())
                .isEqualTo(ErrorCode.SYNC_CONFLICT);
        f.in(sandbox, new SyncOptions(List.of(), ConflictPolicy.SANDBOX));
        assertThat(f.inside(sandbox).resolve("a")).hasContent("1\n2\n3\n4\ntheirs\n");
        f.in(sandbox, new SyncOptions(List.of(), ConflictPolicy.MERGE));
        assertThat(f.inside(sandbox).resolve("a")).hasContent("mine\n2\n3\n4\ntheirs\n");

        f.write("a", "other\n");
        SyncInReport local = f.in(sandbox, LOCAL);
        assertThat(f.inside(sandbox).resolve("a")).hasContent("other\n");
        assertThat(f.git("show", local.archive().orElseThrow() + ":a")).contains("theirs");
    }
}
