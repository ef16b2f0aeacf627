package dev.oxbow.workspace;

import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Settles, on the way into a sandbox, what worktree and sandbox both changed. */
final class SyncInConflicts {
    private final Worktree worktree;
    private final SandboxId sandbox;
    private final RunId run;
    private final FileTree workspace;
    private final Path scratch;

    SyncInConflicts(
            Worktree worktree, SandboxId sandbox, RunId run, FileTree workspace, Path scratch) {
        this.worktree = worktree;
        this.sandbox = sandbox;
        this.run = run;
        this.workspace = workspace;
        this.scratch = scratch;
    }

    /**
     * How conflicts are settled.
     *
     * @param send paths whose version of the worktree is sent
     * @param aside versions of the sandbox that move to another name first
     * @param merged texts to write after the worktree's versions are sent
     */
    record Settled(
            List<TreePath> send,
            Map<TreePath, TreePath> aside,
            Map<TreePath, byte[]> merged,
            Map<TreePath, Node> versions,
            Optional<String> archive) {

        void moves(FileTree workspace) {
            aside.forEach(workspace::rename);
        }

        void texts(SandboxWriter writer) {
            merged.forEach((path, text) ->
                    writer.write(
                            path,
                            versions.get(path) instanceof Node.File f && f.executable(),
                            text));
        }
    }

    Settled settle(
            List<Conflict> conflicts,
            ConflictPolicy policy,
            Map<TreePath, Node> base,
            NavigableMap<TreePath, Node> here,
            NavigableMap<TreePath, Node> there,
            Directory directory) {
        Settled none = new Settled(List.of(), Map.of(), Map.of(), Map.of(), Optional.empty());
        if (conflicts.isEmpty()) {
            return none;
        }
        List<TreePath> paths = conflicts.stream().map(Conflict::path).toList();
        boolean shapes =
                conflicts.stream().anyMatch(c -> c.kind() == Conflict.Kind.FILE_AND_DIRECTORY);
        return switch (policy) {
            case FAIL -> throw SyncIn.conflict(conflicts);
            case SANDBOX -> none;
            case LOCAL, BOTH -> {
                if (shapes) {
                    throw SyncIn.conflict(conflicts);
                }
                Map<TreePath, TreePath> aside = new LinkedHashMap<>();
                if (policy == ConflictPolicy.BOTH) {
                    paths.stream()
                            .filter(there::containsKey)
                            .forEach(p -> aside.put(p, Aside.name(p, sandbox, there::containsKey)));
                }
                yield new Settled(paths, aside, Map.of(), Map.of(), archive(paths, there));
            }
            case MERGE -> {
                Map<TreePath, byte[]> merged = new TreeMap<>();
                Map<TreePath, Node> versions = new TreeMap<>();
                List<Conflict> left = new ArrayList<>();
                for (Conflict conflict : conflicts) {
                    TreePath path = conflict.path();
                    Optional<byte[]> text =
                            merge(path, base.get(path), here.get(path), there.get(path), directory);
                    if (text.isPresent()) {
                        merged.put(path, text.get());
                        versions.put(path, there.getOrDefault(path, new Node.EmptyDirectory()));
                    } else {
                        left.add(conflict);
                    }
                }
                if (!left.isEmpty()) {
                    throw SyncIn.conflict(left);
                }
                yield new Settled(paths, Map.of(), merged, versions, archive(paths, there));
            }
        };
    }

    private Optional<byte[]> merge(
            TreePath path,
            @Nullable Node base,
            @Nullable Node here,
            @Nullable Node there,
            Directory directory) {
        if (!(here instanceof Node.File h)
                || !(there instanceof Node.File t)
                || !(base instanceof Node.File b)
                || !Merge.fits(h)
                || !Merge.fits(t)
                || !Merge.fits(b)) {
            return Optional.empty();
        }
        try (InputStream ours = directory.read(path);
                InputStream theirs = workspace.read(path)) {
            return new Merge(worktree.git(), scratch)
                    .merge(
                            new HostObjects(worktree.git()).blob(b.blob()),
                            ours.readAllBytes(),
                            theirs.readAllBytes());
        } catch (IOException e) {
            throw dev.oxbow.base.OxException.of(
                            dev.oxbow.base.ErrorCode.SYNC_UNREADABLE, "cannot read %s", path)
                    .causedBy(e);
        }
    }

    private Optional<String> archive(List<TreePath> paths, Map<TreePath, Node> there) {
        Map<TreePath, Node> lost = new TreeMap<>();
        for (TreePath path : paths) {
            @Nullable Node node = there.get(path);
            if (node != null && !(node instanceof Node.EmptyDirectory)) {
                lost.put(path, node);
            }
        }
        if (lost.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Snapshots(worktree.git())
                        .archive(run, lost, (path, _) -> Optional.of(workspace.read(path))));
    }
}
