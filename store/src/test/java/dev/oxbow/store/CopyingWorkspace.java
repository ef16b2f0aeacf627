package dev.oxbow.store;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.Workspace;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.workspace.ApplyReport;
import dev.oxbow.workspace.Change;
import dev.oxbow.workspace.ConflictPolicy;
import dev.oxbow.workspace.Harvest;
import dev.oxbow.workspace.Node;
import dev.oxbow.workspace.Progress;
import dev.oxbow.workspace.SyncInReport;
import dev.oxbow.workspace.SyncOptions;
import dev.oxbow.workspace.WorktreeWatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A sync for tests of the engine alone: what a sandbox has in its workspace is carried by way of a
 * folder of the host into the worktree. Holds nothing in memory, so it survives its process.
 */
final class CopyingWorkspace implements Workspace {
    private final Path worktree;
    private final Path shelf;
    private final Runnable beforeHarvest;
    private final Runnable beforeApply;
    private final BooleanSupplier diffsFail;

    CopyingWorkspace(
            Path worktree,
            Path shelf,
            Runnable beforeHarvest,
            Runnable beforeApply,
            BooleanSupplier diffsFail) {
        this.worktree = worktree;
        this.shelf = shelf;
        this.beforeHarvest = beforeHarvest;
        this.beforeApply = beforeApply;
        this.diffsFail = diffsFail;
    }

    @Override
    public void recover() {}

    @Override
    public SyncInReport syncIn(Sandbox sandbox, RunId run, SyncOptions options, Progress progress) {
        return new SyncInReport(0, 0, 0, Duration.ZERO, List.of(), Optional.empty(), List.of());
    }

    @Override
    public Watching watch(Sandbox sandbox, Duration quiet, WorktreeWatch.Listener listener) {
        return Watching.NONE;
    }

    @Override
    public Harvest harvest(Sandbox sandbox, RunId run, boolean partial, Progress progress) {
        beforeHarvest.run();
        Path to = shelf.resolve(run.value());
        try (FileTree tree = sandbox.files(Sandbox.WORKSPACE)) {
            Files.createDirectories(to);
            for (Entry entry : tree.scan(_ -> false)) {
                if (entry.kind() == Entry.Kind.FILE) {
                    try (InputStream in = tree.read(entry.path())) {
                        Files.copy(
                                in,
                                to.resolve(entry.path().toString()),
                                StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return harvested(run).orElseThrow();
    }

    @Override
    public Optional<Harvest> harvested(RunId run) {
        Path from = shelf.resolve(run.value());
        if (!Files.isDirectory(from)) {
            return Optional.empty();
        }
        List<Change> changes =
                names(from).stream()
                        .map(n ->
                                new Change(
                                        TreePath.of(n),
                                        Optional.empty(),
                                        Optional.of(new Node.EmptyDirectory())))
                        .toList();
        return Optional.of(
                new Harvest(run, SandboxId.next(), "", "", changes, List.of(), false, List.of()));
    }

    private static List<String> names(Path directory) {
        try (var files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ApplyReport apply(RunId run, ConflictPolicy policy, Progress progress) {
        beforeApply.run();
        Path from = shelf.resolve(run.value());
        try {
            for (String name : names(from)) {
                Files.copy(
                        from.resolve(name),
                        worktree.resolve(name),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ApplyReport(true, names(from).size(), 0, List.of(), Optional.empty(), List.of());
    }

    @Override
    public void diff(RunId run, OutputStream to) {
        if (diffsFail.getAsBoolean()) {
            throw new IllegalStateException("no patch today");
        }
        try {
            for (String name : names(shelf.resolve(run.value()))) {
                // Good enough to be counted: every file of these tests has one line.
                to.write(
                        "diff --git a/%1$s b/%1$s\n--- /dev/null\n+++ b/%1$s\n@@ -0,0 +1 @@\n+x\n"
                                .formatted(name)
                                .getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Change> unextracted(Sandbox sandbox) {
        try (FileTree tree = sandbox.files(Sandbox.WORKSPACE)) {
            return tree.scan(_ -> false).stream()
                    .filter(e -> !Files.exists(worktree.resolve(e.path().toString())))
                    .map(e ->
                            new Change(
                                    e.path(),
                                    Optional.empty(),
                                    Optional.of(new Node.EmptyDirectory())))
                    .toList();
        }
    }

    @Override
    public <T> T checkpoint(Sandbox sandbox, CheckpointId id, Supplier<T> taking) {
        return taking.get();
    }

    @Override
    public void restore(SandboxId sandbox, CheckpointId from) {}

    @Override
    public void forget(CheckpointId checkpoint) {}

    @Override
    public void forget(SandboxId sandbox) {}
}
