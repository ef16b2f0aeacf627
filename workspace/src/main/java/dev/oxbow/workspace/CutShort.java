package dev.oxbow.workspace;

import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Puts into the base what a sync that was killed had brought into a sandbox: it is the worktree's
 * and no work of the agent. For times when no sync-in comes next.
 */
final class CutShort {
    private final Worktree worktree;
    private final Sandbox sandbox;
    private final SyncLimits limits;
    private final Path scratch;
    private final Sending sending;
    private final Consumer<Manifest> save;

    CutShort(
            Worktree worktree,
            Sandbox sandbox,
            SyncLimits limits,
            Path scratch,
            Sending sending,
            Consumer<Manifest> save) {
        this.worktree = worktree;
        this.sandbox = sandbox;
        this.limits = limits;
        this.scratch = scratch;
        this.sending = sending;
        this.save = save;
    }

    /** The manifest with that base, saved; the same one if nothing was cut short. */
    Manifest finish(Manifest before) {
        Map<TreePath, Node> sent = sending.since(before.generation());
        if (sent.isEmpty()) {
            return before;
        }
        HostSide host = HostSide.read(worktree);
        try (FileTree workspace = sandbox.files(Sandbox.WORKSPACE)) {
            Manifest after = with(arrived(sent, workspace, host), before, workspace, host);
            sending.clear();
            return after;
        }
    }

    private record Arrived(Map<TreePath, Node> nodes, Staging staging) {}

    private Arrived arrived(Map<TreePath, Node> sent, FileTree workspace, HostSide host) {
        Source there = Source.of(workspace);
        TreeContent content = new TreeContent(there, host.idAlgorithm(), limits);
        Staging staging = new Staging(scratch);
        Map<TreePath, Node> nodes = new TreeMap<>();
        sent.forEach((path, node) -> {
            boolean is =
                    switch (node) {
                        case Node.File file -> staging.holds(content, there, path, file);
                        case Node.Link link ->
                                kind(there, path, Entry.Kind.SYMLINK)
                                        && content.link(path).equals(link);
                        // Holds nothing to lose, and tells itself whose it is no more.
                        case Node.EmptyDirectory _ -> false;
                    };
            if (is) {
                nodes.put(path, node);
            }
        });
        return new Arrived(nodes, staging);
    }

    private static boolean kind(Source source, TreePath path, Entry.Kind kind) {
        return source.stat(path).filter(entry -> entry.kind() == kind).isPresent();
    }

    private Manifest with(Arrived arrived, Manifest before, FileTree workspace, HostSide host) {
        NavigableMap<TreePath, Node> base = new TreeMap<>(before.base());
        base.putAll(arrived.nodes());
        if (base.equals(before.base())) {
            return before;
        }
        HostObjects.Made made =
                new Snapshots(worktree.git())
                        .base(
                                before,
                                before.head(),
                                base,
                                (path, _) -> Optional.of(arrived.staging().open(path)));
        record(workspace, host, scratch, sandbox, worktree, before, made);
        Manifest after = before.rebased(base, made.commit());
        save.accept(after);
        return after;
    }

    /** Gives the sandbox's repository the commit of what the workspace holds now. */
    static void record(
            FileTree workspace,
            HostSide host,
            Path scratch,
            Sandbox sandbox,
            Worktree worktree,
            Manifest before,
            HostObjects.Made made) {
        new SandboxRepository(sandbox, workspace, TreePath.ROOT, worktree, host, scratch, List.of())
                .record(made, before.head().commit(), before.snapshot());
    }
}
