package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Sandbox;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories and sandboxes that mean harm. */
class HostileTreesTest {
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

    private Sandbox given(String... paths) {
        for (String path : paths) {
            f.write(path, "1\n");
        }
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        return sandbox;
    }

    private void refused(Sandbox sandbox) {
        Map<String, String> before = SyncFixture.tree(f.repo);
        assertThatThrownBy(() -> f.harvest(sandbox))
                .hasMessageContaining("escapes the worktree. Pull aborted.")
                .extracting(e -> ((OxException) e).code())
                .isEqualTo(ErrorCode.PATH_ESCAPE);
        assertThat(SyncFixture.tree(f.repo)).isEqualTo(before);
    }

    @Test
    void s14_aParentThatBecameALinkIsNotFollowed() throws Exception {
        Sandbox sandbox = given("dir/a");
        SyncFixture.shell(sandbox, "echo theirs > dir/a; echo theirs > dir/b");
        Harvest harvest = f.harvest(sandbox);
        Path outside = Files.createDirectory(tmp.resolve("outside"));
        SyncFixture.write(outside, "a", "1\n");
        Files.delete(f.repo.resolve("dir/a"));
        Files.delete(f.repo.resolve("dir"));
        Files.createSymbolicLink(f.repo.resolve("dir"), outside);

        for (ConflictPolicy policy : List.of(ConflictPolicy.FAIL, ConflictPolicy.SANDBOX)) {
            assertThat(f.apply(harvest, policy).applied()).isFalse();
        }

        assertThat(outside.resolve("a")).hasContent("1\n");
        assertThat(outside.resolve("b")).doesNotExist();
    }

    @Test
    void s15_gitDataOfTheHostIsOutOfReach() throws Exception {
        Sandbox sandbox = given("a");
        byte[] config = Files.readAllBytes(f.repo.resolve(".git/config"));
        SyncFixture.shell(
                sandbox,
                "mkdir -p .git/hooks sub/.git/hooks; echo evil > .git/hooks/post-checkout;"
                        + " echo evil > .git/config.worktree; echo evil > sub/.git/hooks/x;"
                        + " git config core.fsmonitor evil; echo 1 > sub/ok");

        f.out(sandbox);

        assertThat(f.repo.resolve(".git/hooks/post-checkout")).doesNotExist();
        assertThat(f.repo.resolve("sub/.git")).doesNotExist();
        assertThat(f.repo.resolve("sub/ok")).exists();
        assertThat(Files.readAllBytes(f.repo.resolve(".git/config"))).isEqualTo(config);
    }

    @Test
    void f40_everySpellingOfGitDataAbortsTheWholePull() {
        for (String name :
                List.of(
                        ".GIT/config",
                        "x/.Git/hooks/y",
                        "git~1/x",
                        ".git./x",
                        ".git /x",
                        ".g\u200cit/x",
                        ".git::$INDEX_ALLOCATION/x")) {
            Sandbox sandbox = f.sandbox();
            f.in(sandbox);
            SyncFixture.write(f.inside(sandbox), name, "evil");
            refused(sandbox);
        }
        assertThat(PathGuard.isGitName(".gitignore".getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(PathGuard.isGitName(".github".getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    @Test
    void f40_linksThatLeadOutAbortTheWholePull() {
        for (String link :
                List.of("/etc/passwd", "../out", "d/../../out", ".git/config", "up/../../../x")) {
            Sandbox sandbox = f.sandbox();
            f.in(sandbox);
            SyncFixture.shell(sandbox, "mkdir -p d/e; ln -s ../d up; ln -s '" + link + "' d/l");
            refused(sandbox);
        }
        Sandbox fine = f.sandbox();
        f.in(fine);
        SyncFixture.shell(fine, "mkdir -p d/e; echo 1 > d/t; ln -s ../t d/e/l; ln -s ./d/t m");
        assertThat(f.out(fine).filesChanged()).isEqualTo(3);
    }

    @Test
    void s33_nothingThatARepositoryNamesIsEverExecuted() throws Exception {
        Path pwned = tmp.resolve("pwned");
        Path evil = SyncFixture.write(tmp, "evil.sh", "#!/bin/sh\ntouch " + pwned + "\ncat\n");
        assertThat(evil.toFile().setExecutable(true)).isTrue();
        f.write("a.txt", "1\n");
        f.write("b.txt", "1\n");
        f.commit("first");
        f.write(".gitattributes", "* filter=evil diff=evil merge=evil\n");
        for (String name :
                List.of(
                        "core.fsmonitor",
                        "core.sshCommand",
                        "core.pager",
                        "core.editor",
                        "diff.external",
                        "diff.evil.textconv",
                        "diff.evil.command",
                        "merge.evil.driver",
                        "filter.evil.clean",
                        "filter.evil.smudge",
                        "filter.evil.process",
                        "uploadpack.packObjectsHook",
                        "gpg.program",
                        "core.alternateRefsCommand",
                        "credential.helper")) {
            f.git("config", name, evil.toString());
        }
        f.git("config", "core.hooksPath", tmp.resolve("hooks").toString());
        for (String hook :
                List.of(
                        "reference-transaction",
                        "post-index-change",
                        "post-checkout",
                        "pre-auto-gc",
                        "post-rewrite",
                        "fsmonitor-watchman")) {
            Path file = SyncFixture.write(tmp, "hooks/" + hook, Files.readString(evil));
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(
                sandbox, "echo 2 > a.txt; echo 2 > b.txt; git add -A; " + SyncFixture.AGENT_COMMIT);
        f.write("b.txt", "mine\n");
        Harvest harvest = f.harvest(sandbox);
        f.diff(harvest);
        f.apply(harvest, ConflictPolicy.MERGE);
        f.apply(harvest, ConflictPolicy.SANDBOX);
        f.in(sandbox);

        assertThat(pwned).doesNotExist();
        assertThat(f.repo.resolve("a.txt")).hasContent("2\n");
    }

    @Test
    void s34_secretsAndSubmoduleAddressesThatComeBackAreNamed() {
        Sandbox sandbox = given("a");
        SyncFixture.shell(
                sandbox, "echo k > server.key; printf '[submodule \"x\"]\\n' > .gitmodules");

        assertThat(f.harvest(sandbox).warnings())
                .extracting(w -> w.kind() + " " + w.path())
                .containsExactly("GITMODULES_CHANGED .gitmodules", "SECRET_RETURNED server.key");
    }

    @Test
    void s38_argumentsReachGitWhole() {
        String branch = "it's-$(id)-\"quoted\"";
        f.git("checkout", "-q", "-b", branch);
        Sandbox sandbox = given("a b");
        SyncFixture.shell(sandbox, "echo 2 > 'a b'; git add -A; " + SyncFixture.AGENT_COMMIT);

        assertThat(f.harvest(sandbox).commits())
                .extracting(Harvest.AgentCommits::ref)
                .containsExactly("refs/oxbow/" + sandbox.id() + "/" + branch);
    }

    @Test
    void specialFilesAreListedNotRead() {
        Sandbox sandbox = given("a");
        SyncFixture.shell(sandbox, "mkfifo pipe");
        SyncFixture.run(f.repo, List.of("mkfifo", "here"));

        assertThat(f.in(sandbox).warnings())
                .extracting(w -> w.kind() + " " + w.path())
                .containsExactly("SPECIAL_FILE here");
        assertThat(f.harvest(sandbox).warnings())
                .extracting(w -> w.kind() + " " + w.path())
                .containsExactly("SPECIAL_FILE pipe");
    }

    @Test
    void patternsOfManyStarsCostLittle() {
        byte[] text = "a".repeat(3000).getBytes(StandardCharsets.UTF_8);

        assertThat(new Wildcard("*a".repeat(60) + "b").matches(text)).isFalse();
        assertThat(
                        new Wildcard("**/x/[a-c]*.t?t")
                                .matches("p/q/x/bar.txt".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
    }
}
