package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of three trees that decides what moves. One side is the one that receives; the
 * other gives.
 *
 * @param take paths that only the giving side changed, with what it has there; null where it
 *     removed the path
 * @param agreed paths that both changed to the same
 * @param conflicts paths that both changed differently
 */
record ThreeWay(Set<TreePath> take, Set<TreePath> agreed, List<Conflict> conflicts) {

    /**
     * Compares.
     *
     * @param base what both last had in common
     * @param worktree the host's side
     * @param sandbox the sandbox's side
     * @param toSandbox which of the two receives
     */
    static ThreeWay compare(
            NavigableMap<TreePath, Node> base,
            NavigableMap<TreePath, Node> worktree,
            NavigableMap<TreePath, Node> sandbox,
            boolean toSandbox) {
        NavigableMap<TreePath, Node> giver = toSandbox ? worktree : sandbox;
        NavigableMap<TreePath, Node> receiver = toSandbox ? sandbox : worktree;
        Set<TreePath> take = new HashSet<>();
        Set<TreePath> agreed = new HashSet<>();
        Map<TreePath, Conflict> conflicts = new TreeMap<>();
        InStep.differences(
                base,
                giver,
                receiver,
                (path, b, g, r) -> {
                    if (InStep.same(g, b)) {
                        return;
                    }
                    if (InStep.same(r, b)) {
                        take.add(path);
                    } else if (InStep.same(g, r)) {
                        agreed.add(path);
                    } else if (onlyEmptyDirectories(g, r)
                            || (b == null && r instanceof Node.EmptyDirectory)) {
                        take.add(path);
                    } else {
                        @Nullable Node local = toSandbox ? g : r;
                        @Nullable Node inside = toSandbox ? r : g;
                        conflicts.put(path, new Conflict(path, kind(b, local, inside)));
                    }
                });
        shapes(take, giver, receiver, conflicts);
        take.removeAll(conflicts.keySet());
        return new ThreeWay(take, agreed, new ArrayList<>(conflicts.values()));
    }

    /** A directory that is empty on one side and gone on the other holds nothing to lose. */
    private static boolean onlyEmptyDirectories(@Nullable Node one, @Nullable Node other) {
        return (one == null || one instanceof Node.EmptyDirectory)
                && (other == null || other instanceof Node.EmptyDirectory);
    }

    private static Conflict.Kind kind(
            @Nullable Node base, @Nullable Node local, @Nullable Node inside) {
        if (local == null) {
            return Conflict.Kind.DELETED_LOCALLY;
        }
        if (inside == null) {
            return Conflict.Kind.DELETED_IN_SANDBOX;
        }
        return base == null ? Conflict.Kind.BOTH_ADDED : Conflict.Kind.BOTH_CHANGED;
    }

    /** A name cannot be a file and a directory at once. */
    private static void shapes(
            Set<TreePath> take,
            NavigableMap<TreePath, Node> giver,
            NavigableMap<TreePath, Node> receiver,
            Map<TreePath, Conflict> conflicts) {
        if (take.isEmpty()) {
            return;
        }
        NavigableMap<TreePath, Node> result = new TreeMap<>(receiver);
        for (TreePath path : take) {
            @Nullable Node node = giver.get(path);
            if (node == null) {
                result.remove(path);
            } else {
                result.put(path, node);
            }
        }
        for (TreePath path : take) {
            @Nullable Node node = giver.get(path);
            if (node == null) {
                continue;
            }
            for (TreePath up = path.parent(); !up.isRoot(); up = up.parent()) {
                @Nullable Node above = result.get(up);
                if (above != null && !(above instanceof Node.EmptyDirectory)) {
                    conflicts.put(path, new Conflict(path, Conflict.Kind.FILE_AND_DIRECTORY));
                }
            }
            if (!(node instanceof Node.EmptyDirectory)) {
                @Nullable TreePath below = result.ceilingKey(path.resolve(new byte[] {1}));
                if (below != null && below.startsWith(path)) {
                    conflicts.put(path, new Conflict(path, Conflict.Kind.FILE_AND_DIRECTORY));
                }
            }
        }
    }
}
