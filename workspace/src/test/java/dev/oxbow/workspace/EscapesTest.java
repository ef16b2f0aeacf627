package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The attempts of the escape corpus that wait in the files that come back. Each is made twice: the
 * sync brings the work back without it, and a plain copy with the user's git lets it succeed.
 */
class EscapesTest {
    @TempDir Path tmp;
    private SyncFixture f;
    private Path pwned;
    private Path copy;

    @BeforeEach
    void open() {
        f = new SyncFixture(tmp);
        f.write("a", "1\n");
        f.write("dir/a", "1\n");
        f.commit("first");
        pwned = tmp.resolve("pwned");
        copy = tmp.resolve("copy");
        SyncFixture.run(tmp, List.of("cp", "-a", f.repo.toString(), copy.toString()));
    }

    @AfterEach
    void close() {
        f.close();
    }

    private Sandbox after(String script) {
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        SyncFixture.shell(sandbox, script);
        return sandbox;
    }

    /** What a user does who has only the folder of the sandbox. */
    private void copiedPlainly(Sandbox sandbox, String thenGit) {
        SyncFixture.run(
                tmp,
                List.of("cp", "-a", "--remove-destination", f.inside(sandbox) + "/.", copy + "/"));
        SyncFixture.run(copy, List.of("sh", "-c", thenGit));
    }

    /** The script leaves {@code evil.sh} to be executed, in the worktree, by whatever it can. */
    private void executedOnlyAfterAPlainCopy(String script, String git) {
        Sandbox sandbox =
                after(
                        "printf '#!/bin/sh\\ntouch ../pwned\\ncat\\n' > evil.sh; chmod +x evil.sh; "
                                + script
                                + "; echo 2 > a");
        f.out(sandbox);
        SyncFixture.run(f.repo, List.of("sh", "-c", git));
        assertThat(f.repo.resolve("a")).hasContent("2\n");
        assertThat(pwned).as("after the sync").doesNotExist();
        copiedPlainly(sandbox, git);
        assertThat(pwned).as("after a plain copy").exists();
    }

    private void abortsWhereACopyBrings(String script, String path) {
        Sandbox sandbox = after(script);
        assertThatThrownBy(() -> f.harvest(sandbox))
                .extracting(e -> ((OxException) e).code())
                .isEqualTo(ErrorCode.PATH_ESCAPE);
        assertThat(Files.exists(f.repo.resolve(path), LinkOption.NOFOLLOW_LINKS)).isFalse();
        copiedPlainly(sandbox, "true");
        assertThat(Files.exists(copy.resolve(path), LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void e140_aHook() {
        executedOnlyAfterAPlainCopy(
                "mkdir -p .git/hooks; cp evil.sh .git/hooks/post-checkout",
                "git checkout -q -b other </dev/null");
    }

    @Test
    void e141_aFilter() {
        executedOnlyAfterAPlainCopy(
                "echo '* filter=evil' > .gitattributes; git config filter.evil.clean ./evil.sh",
                "echo 3 > b; git add -A </dev/null");
    }

    @Test
    void e142_aMonitorOfFiles() {
        executedOnlyAfterAPlainCopy(
                "git config core.fsmonitor ./evil.sh",
                "git status </dev/null >/dev/null 2>&1; true");
    }

    @Test
    void e143_gitsFolderInOtherLetters() {
        abortsWhereACopyBrings("mkdir -p .GIT/hooks; echo x > .GIT/hooks/x", ".GIT/hooks/x");
    }

    @Test
    void e144_aLinkOutOfTheWorktree() {
        abortsWhereACopyBrings("ln -s ../../.ssh/authorized_keys notes", "notes");
    }

    @Test
    void e145_aParentThatBecameALink() throws IOException {
        Sandbox sandbox = after("echo theirs > dir/a");
        Harvest harvest = f.harvest(sandbox);
        Path outside = Files.createDirectory(tmp.resolve("outside"));
        SyncFixture.write(outside, "a", "1\n");
        SyncFixture.run(f.repo, List.of("rm", "-r", "dir"));
        Files.createSymbolicLink(f.repo.resolve("dir"), outside);

        f.apply(harvest, ConflictPolicy.SANDBOX);
        assertThat(outside.resolve("a")).hasContent("1\n");

        SyncFixture.run(
                tmp,
                List.of("cp", f.inside(sandbox).resolve("dir/a").toString(), f.repo + "/dir/a"));
        assertThat(outside.resolve("a")).as("after a plain copy").hasContent("theirs\n");
    }

    @Test
    void e146_aRepositoryInTheRepository() {
        Sandbox sandbox =
                after("mkdir -p sub/.git/hooks; echo x > sub/.git/hooks/x; echo 1 > sub/ok");
        f.out(sandbox);
        assertThat(f.repo.resolve("sub/ok")).exists();
        assertThat(f.repo.resolve("sub/.git")).doesNotExist();
        copiedPlainly(sandbox, "true");
        assertThat(copy.resolve("sub/.git/hooks/x")).as("after a plain copy").exists();
    }

    @Test
    void e147_addressesOfSubmodules() {
        Sandbox sandbox =
                after("printf '[submodule \"x\"]\\n\\turl = ext::sh -c id\\n' > .gitmodules");
        assertThat(f.harvest(sandbox).warnings())
                .extracting(w -> w.kind() + " " + w.path())
                .containsExactly("GITMODULES_CHANGED .gitmodules");
        copiedPlainly(sandbox, "true");
        assertThat(copy.resolve(".gitmodules")).as("a plain copy says nothing").exists();
    }
}
