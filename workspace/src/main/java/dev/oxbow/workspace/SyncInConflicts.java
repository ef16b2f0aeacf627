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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
     * @param remove versions of the sandbox that stand where the worktree has something of another
     *     shape
     * @param aside versions of the sandbox that move to another name first
     * @param merged texts to write after the worktree's versions are sent
     */
    record Settled(
            List<TreePath> send,
            Set<TreePath> remove,
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
        Settled none =
                new Settled(List.of(), Set.of(), Map.of(), Map.of(), Map.of(), Optional.empty());
        if (conflicts.isEmpty()) {
            return none;
        }
        List<TreePath> paths = conflicts.stream().map(Conflict::path).toList();
        return switch (policy) {
            case FAIL -> throw SyncIn.conflict(conflicts);
            case SANDBOX -> none;
            case LOCAL -> {
                Set<TreePath> inTheWay = inTheWay(conflicts, there);
                Set<TreePath> lost = new TreeSet<>(paths);
                lost.addAll(inTheWay);
                yield new Settled(
                        paths, inTheWay, Map.of(), Map.of(), Map.of(), archive(lost, there));
            }
            case BOTH -> {
                Map<TreePath, TreePath> aside = new LinkedHashMap<>();
                Set<TreePath> moving = roots(inTheWay(conflicts, there), conflicts);
                paths.stream()
                        .filter(there::containsKey)
                        .filter(p -> moving.stream().noneMatch(p::startsWith))
                        .forEach(moving::add);
                moving.forEach(p -> aside.put(p, Aside.name(p, sandbox, there::containsKey)));
                yield new Settled(
                        paths, Set.of(), aside, Map.of(), Map.of(), archive(paths, there));
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
                yield new Settled(
                        paths, Set.of(), Map.of(), merged, versions, archive(paths, there));
            }
        };
    }

    /** What the sandbox has above or below the paths of files that are directories there. */
    private static Set<TreePath> inTheWay(
            List<Conflict> conflicts, NavigableMap<TreePath, Node> there) {
        Set<TreePath> found = new TreeSet<>();
        for (Conflict conflict : conflicts) {
            if (conflict.kind() != Conflict.Kind.FILE_AND_DIRECTORY) {
                continue;
            }
            TreePath path = conflict.path();
            for (TreePath up = path.parent(); !up.isRoot(); up = up.parent()) {
                if (there.containsKey(up)) {
                    found.add(up);
                }
            }
            for (TreePath below : there.tailMap(path, false).keySet()) {
                if (below.startsWith(path)) {
                    found.add(below);
                } else if (below.compareTo(path.resolve(new byte[] {'0'})) > 0) {
                    break;
                }
            }
        }
        return found;
    }

    /** The same as whole names to move: a directory rather than each file in it. */
    private static Set<TreePath> roots(Set<TreePath> inTheWay, List<Conflict> conflicts) {
        Set<TreePath> roots = new TreeSet<>();
        for (TreePath path : inTheWay) {
            roots.add(
                    conflicts.stream()
                            .map(Conflict::path)
                            .filter(path::startsWith)
                            .min(TreePath::compareTo)
                            .orElse(path));
        }
        return roots;
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

    private Optional<String> archive(Iterable<TreePath> paths, Map<TreePath, Node> there) {
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
