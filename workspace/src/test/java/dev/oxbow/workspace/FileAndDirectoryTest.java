package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Sandbox;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file on one side where the other has a directory with content: every policy, both ways. */
class FileAndDirectoryTest {
    @TempDir Path tmp;
    private SyncFixture f;
    private Sandbox sandbox;

    @BeforeEach
    void open() {
        f = new SyncFixture(tmp);
        f.write(".gitignore", "*.log\n");
        f.write("old/given", "1\n");
        f.commit("first");
        sandbox = f.sandbox();
        f.in(sandbox);
    }

    @AfterEach
    void close() {
        f.close();
    }

    private String aside(String name) {
        String id = sandbox.id().value();
        return name + ".from-" + id.substring(id.length() - 6);
    }

    private ApplyReport out(ConflictPolicy policy) {
        return f.out(sandbox, policy);
    }

    private SyncInReport in(ConflictPolicy policy) {
        return f.in(sandbox, new SyncOptions(List.of(), policy));
    }

    private void refusedIn(ConflictPolicy policy) {
        Map<String, String> before = SyncFixture.tree(f.inside(sandbox));
        assertThatThrownBy(() -> in(policy))
                .extracting(e -> ((OxException) e).code())
                .isEqualTo(ErrorCode.SYNC_CONFLICT);
        assertThat(SyncFixture.tree(f.inside(sandbox))).isEqualTo(before);
    }

    private void refusedOut(ConflictPolicy policy) {
        Map<String, String> before = SyncFixture.tree(f.repo);
        ApplyReport report = out(policy);
        assertThat(report.applied()).isFalse();
        assertThat(report.conflicts())
                .extracting(Conflict::kind)
                .containsOnly(Conflict.Kind.FILE_AND_DIRECTORY);
        assertThat(SyncFixture.tree(f.repo)).isEqualTo(before);
    }

    private String archived(java.util.Optional<String> archive, String path) {
        return f.git("show", archive.orElseThrow() + ":" + path);
    }

    private void fileHereDirectoryThere() {
        f.write("x", "mine\n");
        SyncFixture.shell(sandbox, "mkdir -p x/deep; echo theirs > x/deep/a; echo theirs > x/b");
    }

    private void directoryHereFileThere() {
        f.write("x/deep/a", "mine\n");
        f.write("x/b", "mine\n");
        SyncFixture.shell(sandbox, "echo theirs > x");
    }

    @Test
    void outOverAFile() {
        fileHereDirectoryThere();
        refusedOut(ConflictPolicy.FAIL);
        refusedOut(ConflictPolicy.MERGE);

        ApplyReport local = out(ConflictPolicy.LOCAL);
        assertThat(local.applied()).isTrue();
        assertThat(f.repo.resolve("x")).hasContent("mine\n");
        assertThat(archived(local.archive(), "x/deep/a")).isEqualTo("theirs");
    }

    @Test
    void outOverAFileWithTheSandboxsVersion() {
        fileHereDirectoryThere();

        ApplyReport report = out(ConflictPolicy.SANDBOX);

        assertThat(report.applied()).isTrue();
        assertThat(SyncFixture.tree(f.repo)).isEqualTo(SyncFixture.tree(f.inside(sandbox)));
        assertThat(archived(report.archive(), "x")).isEqualTo("mine");
    }

    @Test
    void outBesideAFile() {
        fileHereDirectoryThere();

        assertThat(out(ConflictPolicy.BOTH).applied()).isTrue();

        assertThat(f.repo.resolve("x")).hasContent("mine\n");
        assertThat(f.repo.resolve(aside("x") + "/deep/a")).hasContent("theirs\n");
        assertThat(f.repo.resolve(aside("x") + "/b")).hasContent("theirs\n");
    }

    @Test
    void outOverADirectory() {
        directoryHereFileThere();
        refusedOut(ConflictPolicy.FAIL);
        refusedOut(ConflictPolicy.MERGE);

        ApplyReport local = out(ConflictPolicy.LOCAL);
        assertThat(local.applied()).isTrue();
        assertThat(f.repo.resolve("x/b")).hasContent("mine\n");
        assertThat(archived(local.archive(), "x")).isEqualTo("theirs");
    }

    @Test
    void outOverADirectoryWithTheSandboxsVersion() {
        directoryHereFileThere();

        ApplyReport report = out(ConflictPolicy.SANDBOX);

        assertThat(report.applied()).isTrue();
        assertThat(f.repo.resolve("x")).hasContent("theirs\n");
        assertThat(archived(report.archive(), "x/deep/a")).isEqualTo("mine");
        assertThat(archived(report.archive(), "x/b")).isEqualTo("mine");
    }

    @Test
    void outNeverTakesAnIgnoredFileOfTheHostWithADirectory() {
        directoryHereFileThere();
        f.write("x/deep/trace.log", "mine\n");

        refusedOut(ConflictPolicy.SANDBOX);
    }

    @Test
    void outBesideADirectory() {
        directoryHereFileThere();

        assertThat(out(ConflictPolicy.BOTH).applied()).isTrue();

        assertThat(f.repo.resolve("x/b")).hasContent("mine\n");
        assertThat(f.repo.resolve(aside("x"))).hasContent("theirs\n");
    }

    @Test
    void inOverADirectory() {
        fileHereDirectoryThere();
        refusedIn(ConflictPolicy.FAIL);
        refusedIn(ConflictPolicy.MERGE);
        in(ConflictPolicy.SANDBOX);
        assertThat(f.inside(sandbox).resolve("x/deep/a")).hasContent("theirs\n");

        SyncInReport local = in(ConflictPolicy.LOCAL);

        assertThat(SyncFixture.tree(f.inside(sandbox))).isEqualTo(SyncFixture.tree(f.repo));
        assertThat(archived(local.archive(), "x/deep/a")).isEqualTo("theirs");
        assertThat(archived(local.archive(), "x/b")).isEqualTo("theirs");
        assertThat(f.harvest(sandbox).changes()).isEmpty();
    }

    @Test
    void inBesideADirectory() {
        fileHereDirectoryThere();

        in(ConflictPolicy.BOTH);

        assertThat(f.inside(sandbox).resolve("x")).hasContent("mine\n");
        assertThat(f.inside(sandbox).resolve(aside("x") + "/deep/a")).hasContent("theirs\n");
        assertThat(f.inside(sandbox).resolve(aside("x") + "/b")).hasContent("theirs\n");
    }

    @Test
    void inOverAFile() {
        directoryHereFileThere();
        refusedIn(ConflictPolicy.FAIL);
        refusedIn(ConflictPolicy.MERGE);
        in(ConflictPolicy.SANDBOX);
        assertThat(f.inside(sandbox).resolve("x")).hasContent("theirs\n");

        SyncInReport local = in(ConflictPolicy.LOCAL);

        assertThat(SyncFixture.tree(f.inside(sandbox))).isEqualTo(SyncFixture.tree(f.repo));
        assertThat(archived(local.archive(), "x")).isEqualTo("theirs");
    }

    @Test
    void inBesideAFile() {
        directoryHereFileThere();

        in(ConflictPolicy.BOTH);

        assertThat(f.inside(sandbox).resolve("x/b")).hasContent("mine\n");
        assertThat(f.inside(sandbox).resolve("x/deep/a")).hasContent("mine\n");
        assertThat(f.inside(sandbox).resolve(aside("x"))).hasContent("theirs\n");
    }

    @Test
    void inWhereADirectoryBothHadBecameAFileAndTheAgentAddedToIt() {
        SyncFixture.run(f.repo, List.of("sh", "-ec", "rm -r old; echo mine > old"));
        SyncFixture.shell(sandbox, "echo theirs > old/added; echo theirs > old/trace.log");

        SyncInReport report = in(ConflictPolicy.LOCAL);

        assertThat(f.inside(sandbox).resolve("old")).hasContent("mine\n");
        assertThat(archived(report.archive(), "old/added")).isEqualTo("theirs");
        assertThat(f.inside(sandbox).resolve(aside("old") + "/trace.log")).hasContent("theirs\n");
    }
}
