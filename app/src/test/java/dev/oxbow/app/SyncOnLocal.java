package dev.oxbow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.Posix;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.DirectoryTree;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.workspace.ApplyReport;
import dev.oxbow.workspace.Conflict;
import dev.oxbow.workspace.ConflictPolicy;
import dev.oxbow.workspace.FileManifestStore;
import dev.oxbow.workspace.Harvest;
import dev.oxbow.workspace.Progress;
import dev.oxbow.workspace.SyncLimits;
import dev.oxbow.workspace.SyncOptions;
import dev.oxbow.workspace.WorkspaceSync;
import dev.oxbow.workspace.Worktree;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The main ways of the sync between a worktree and a real sandbox, as whoever runs it. */
final class SyncOnLocal {
    private static final String ODD =
            "printf 1 > \"$(printf 'b\\377d')\"; printf 1 > \"$(printf 'new\\nline')\"; printf 1 >"
                    + " ./-dash; printf 1 > 'end '; printf 1 > '\u00e9'; printf 1 > '\"q\"'";

    private final Repository repository = new Repository();
    private final LocalProvider provider =
            new LocalProvider(LocalConfig.of(repository.folder.resolve("data")));
    private final WorkspaceSync sync =
            new WorkspaceSync(
                    Worktree.at(repository.worktree),
                    new FileManifestStore(repository.folder.resolve("manifests")),
                    repository.folder.resolve("state"),
                    SyncLimits.DEFAULT);
    private final Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));

    SyncOnLocal() throws Exception {}

    /** For a user that the build does not run as; ends with an exception if anything fails. */
    public static void main(String[] args) throws Exception {
        everyWay();
    }

    static void everyWay() throws Exception {
        SyncOnLocal here = new SyncOnLocal();
        try {
            here.everyKindOfFileGoesInAndComesBack();
            here.deletionsTravelBothWays();
            here.conflictsChangeNothing();
            here.aFileThatCannotBeReadIsNamedAndNothingIsSent();
        } finally {
            here.end();
        }
    }

    private void everyKindOfFileGoesInAndComesBack() throws Exception {
        here(
                "mkdir -p d/empty; echo x > d/run.sh; chmod 755 d/run.sh; ln -s d/run.sh link; "
                        + ODD);
        here("chmod 600 calc.txt; : > nothing");
        in();
        assertThat(inside()).isEqualTo(onHost());

        there(
                "test -x d/run.sh; test \"$(readlink link)\" = d/run.sh; rm link; ln -s calc.txt"
                        + " link; chmod -x d/run.sh; echo 2 >> calc.txt; mkdir -p o/p; cd o; "
                        + ODD);
        there(
                "git add calc.txt; git -c user.name=a -c user.email=a@x commit -qm agent;"
                        + " printf '#!/bin/sh\\n' > tool; chmod 755 tool");
        Harvest harvest = harvest();

        assertThat(harvest.commits()).hasSize(1);
        assertThat(apply(harvest).applied()).isTrue();
        assertThat(inside()).isEqualTo(onHost());
        assertThat(repository.git("log", "--format=%s", "-1")).isEqualTo("first\n");
        here("test \"$(stat -c %a calc.txt)\" = 600; test -O tool; test -x tool");
        in();
        assertThat(harvest().changes()).isEmpty();
    }

    private void deletionsTravelBothWays() throws Exception {
        here("rm -r d -- ./-dash");
        in();
        assertThat(inside()).isEqualTo(onHost());

        there("rm -r o link");

        assertThat(apply(harvest()).filesDeleted()).isPositive();
        assertThat(inside()).isEqualTo(onHost());
    }

    private void conflictsChangeNothing() throws Exception {
        there("echo theirs > calc.txt; echo theirs > other");
        here("echo mine > calc.txt");
        Map<String, String> before = onHost();

        ApplyReport report = apply(harvest());

        assertThat(report.applied()).isFalse();
        assertThat(report.conflicts())
                .extracting(Conflict::kind)
                .containsExactly(Conflict.Kind.BOTH_CHANGED);
        assertThat(onHost()).isEqualTo(before);
    }

    private void aFileThatCannotBeReadIsNamedAndNothingIsSent() throws Exception {
        if (Posix.isRoot()) {
            return; // who reads everything
        }
        Map<String, String> before = inside();
        here("echo new > a-new-one; echo x > closed; chmod 000 closed");

        assertThatThrownBy(this::in)
                .isInstanceOf(OxException.class)
                .hasMessageContaining("cannot read closed");

        assertThat(inside()).isEqualTo(before);
        here("rm -f closed");
    }

    private void in() {
        sync.syncIn(sandbox, RunId.next(), SyncOptions.DEFAULT, Progress.NONE);
    }

    private Harvest harvest() {
        return sync.harvest(sandbox, RunId.next(), false, Progress.NONE);
    }

    private ApplyReport apply(Harvest harvest) {
        return sync.apply(harvest.run(), ConflictPolicy.FAIL, Progress.NONE);
    }

    private void there(String script) throws Exception {
        var exit =
                sandbox.exec(ProcessSpec.of("sh", "-ec", script))
                        .awaitExit(Deadline.in(Duration.ofSeconds(60)));
        assertThat(exit.orElseThrow().success()).as(script).isTrue();
    }

    private void here(String script) throws Exception {
        Process process =
                new ProcessBuilder("sh", "-ec", script)
                        .directory(repository.worktree.toFile())
                        .inheritIO()
                        .start();
        assertThat(process.waitFor()).as(script).isZero();
    }

    private Map<String, String> inside() throws Exception {
        try (FileTree tree = sandbox.files(Sandbox.WORKSPACE)) {
            return read(tree);
        }
    }

    private Map<String, String> onHost() throws Exception {
        try (FileTree tree = new DirectoryTree(Directory.open(repository.worktree))) {
            return read(tree);
        }
    }

    /** Every path but git data, with kind, executable bit and content. */
    private static Map<String, String> read(FileTree tree) throws Exception {
        Map<String, String> all = new TreeMap<>();
        for (Entry entry : tree.scan(path -> !path.toString().equals(".git"))) {
            String content =
                    switch (entry.kind()) {
                        case FILE -> {
                            try (InputStream in = tree.read(entry.path())) {
                                yield (entry.executable() ? "x " : "")
                                        + HexFormat.of().formatHex(in.readAllBytes());
                            }
                        }
                        case SYMLINK ->
                                "-> "
                                        + new String(
                                                tree.readLink(entry.path()),
                                                StandardCharsets.UTF_8);
                        case DIRECTORY, OTHER -> entry.kind().toString();
                    };
            all.put(entry.path().toString(), content);
        }
        return all;
    }

    private void end() throws Exception {
        provider.destroy(sandbox.id());
        provider.close();
        repository.delete();
    }
}
