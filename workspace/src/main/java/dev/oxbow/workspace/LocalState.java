package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What stands in the worktree, at this moment and whatever git thinks of it, at the paths that a
 * result touches.
 *
 * @param nodes by path
 * @param entries stat data of all that was looked at, directories above included
 * @param inTheWay path of the result → file or link that stands where a directory is needed, or
 *     itself where it is a directory with content of its own
 * @param blocking all that is in the way, directories left out
 */
record LocalState(
        NavigableMap<TreePath, Node> nodes,
        Map<TreePath, Entry> entries,
        Map<TreePath, TreePath> inTheWay,
        NavigableMap<TreePath, Entry> blocking) {

    static LocalState read(
            Directory worktree, TreeContent content, List<Change> changes, StatCache cache) {
        NavigableMap<TreePath, Node> nodes = new TreeMap<>();
        Map<TreePath, Entry> entries = new HashMap<>();
        Map<TreePath, TreePath> inTheWay = new HashMap<>();
        NavigableMap<TreePath, Entry> blocking = new TreeMap<>();
        Set<TreePath> touched = new HashSet<>();
        Set<TreePath> given = new HashSet<>();
        for (Change change : changes) {
            touched.add(change.path());
            change.before().ifPresent(_ -> given.add(change.path()));
        }
        for (Change change : changes) {
            TreePath path = change.path();
            Optional<TreePath> blocked = above(worktree, path, entries);
            if (blocked.isPresent()) {
                // Where the result itself removes what is in the way, nothing is.
                if (change.after().isPresent() && !given.contains(blocked.get())) {
                    inTheWay.put(path, blocked.get());
                    LocalState.at(worktree, blocked.get())
                            .ifPresent(entry -> blocking.put(blocked.get(), entry));
                }
                continue;
            }
            Optional<Entry> there = worktree.stat(path);
            if (there.isEmpty()) {
                continue;
            }
            entries.put(path, there.get());
            if (there.get().kind() == Entry.Kind.DIRECTORY) {
                List<Entry> below = worktree.scan(path, _ -> true);
                if (below.isEmpty()) {
                    nodes.put(path, new Node.EmptyDirectory());
                } else if (isFile(change) && !goes(below, touched)) {
                    inTheWay.put(path, path);
                    for (Entry entry : below) {
                        entries.put(entry.path(), entry);
                        if (entry.kind() != Entry.Kind.DIRECTORY) {
                            blocking.put(entry.path(), entry);
                        }
                    }
                } else {
                    below.stream()
                            .filter(e -> e.kind() == Entry.Kind.DIRECTORY)
                            .forEach(e -> entries.put(e.path(), e));
                }
            } else {
                content.now(path, cache).ifPresent(node -> nodes.put(path, node));
            }
        }
        return new LocalState(nodes, entries, inTheWay, blocking);
    }

    /** What is at a path; nothing where a link stands on the way to it. */
    static Optional<Entry> at(Directory worktree, TreePath path) {
        try {
            return worktree.stat(path);
        } catch (OxException e) {
            if (e.code() == ErrorCode.PATH_ESCAPE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean isFile(Change change) {
        return change.after().isPresent() && !(change.after().get() instanceof Node.EmptyDirectory);
    }

    private static boolean goes(List<Entry> below, Set<TreePath> touched) {
        List<Entry> staying = new ArrayList<>(below);
        staying.removeIf(e -> e.kind() == Entry.Kind.DIRECTORY || touched.contains(e.path()));
        return staying.isEmpty();
    }

    /** The nearest name above a path that is no directory. */
    private static Optional<TreePath> above(
            Directory worktree, TreePath path, Map<TreePath, Entry> entries) {
        List<TreePath> chain = new ArrayList<>();
        for (TreePath up = path.parent(); !up.isRoot(); up = up.parent()) {
            chain.addFirst(up);
        }
        for (TreePath up : chain) {
            Optional<Entry> there =
                    Optional.ofNullable(entries.get(up)).or(() -> worktree.stat(up));
            if (there.isEmpty()) {
                return Optional.empty();
            }
            entries.put(up, there.get());
            if (there.get().kind() != Entry.Kind.DIRECTORY) {
                return Optional.of(up);
            }
        }
        return Optional.empty();
    }
}
