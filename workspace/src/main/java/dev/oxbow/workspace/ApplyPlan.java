package dev.oxbow.workspace;

import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides, path by path, what an apply does to the worktree.
 *
 * @param stopped whether conflicts forbid all of it
 * @param writes what is to stand where
 * @param merged content of those writes that exist nowhere yet
 * @param removes what is to go
 * @param lostHere versions of the worktree that lose
 * @param lostThere versions of the sandbox that lose
 */
record ApplyPlan(
        boolean stopped,
        List<Conflict> conflicts,
        NavigableMap<TreePath, Node> writes,
        Map<TreePath, byte[]> merged,
        Set<TreePath> removes,
        Map<TreePath, Node> lostHere,
        Map<TreePath, Node> lostThere) {

    static ApplyPlan of(
            Harvest harvest,
            LocalState here,
            List<Conflict> names,
            ConflictPolicy policy,
            Ground worktree,
            String idAlgorithm) {
        return new Maker(harvest, here, names, policy, worktree, idAlgorithm).make();
    }

    private static final class Maker {
        private final NavigableMap<TreePath, Node> base = new TreeMap<>();
        private final NavigableMap<TreePath, Node> there = new TreeMap<>();
        private final SandboxId sandbox;
        private final LocalState here;
        private final List<Conflict> names;
        private final ConflictPolicy policy;
        private final Ground worktree;
        private final String idAlgorithm;
        private final NavigableMap<TreePath, Node> writes = new TreeMap<>();
        private final Map<TreePath, byte[]> merged = new TreeMap<>();
        private final Set<TreePath> removes = new HashSet<>();
        private final Map<TreePath, Node> lostHere = new TreeMap<>();
        private final Map<TreePath, Node> lostThere = new TreeMap<>();

        Maker(
                Harvest harvest,
                LocalState here,
                List<Conflict> names,
                ConflictPolicy policy,
                Ground worktree,
                String idAlgorithm) {
            for (Change change : harvest.changes()) {
                change.before().ifPresent(node -> base.put(change.path(), node));
                change.after().ifPresent(node -> there.put(change.path(), node));
            }
            this.sandbox = harvest.sandbox();
            this.here = here;
            this.names = names;
            this.policy = policy;
            this.worktree = worktree;
            this.idAlgorithm = idAlgorithm;
        }

        ApplyPlan make() {
            ThreeWay decided = ThreeWay.compare(base, here.nodes(), there, false);
            Map<TreePath, Conflict> conflicts = new TreeMap<>();
            decided.conflicts().forEach(c -> conflicts.put(c.path(), c));
            here.inTheWay()
                    .forEach((path, _) ->
                            conflicts.put(
                                    path, new Conflict(path, Conflict.Kind.FILE_AND_DIRECTORY)));
            names.forEach(c -> conflicts.put(c.path(), c));
            for (TreePath path : decided.take()) {
                if (!conflicts.containsKey(path)) {
                    take(path);
                }
            }
            boolean stopped = false;
            for (Conflict conflict : conflicts.values()) {
                stopped |= !settled(conflict);
            }
            return new ApplyPlan(
                    stopped,
                    new ArrayList<>(conflicts.values()),
                    writes,
                    merged,
                    removes,
                    lostHere,
                    lostThere);
        }

        private void take(TreePath path) {
            @Nullable Node node = there.get(path);
            if (node == null) {
                removes.add(path);
            } else {
                writes.put(path, node);
            }
        }

        private boolean settled(Conflict conflict) {
            TreePath path = conflict.path();
            @Nullable Node local = here.nodes().get(path);
            @Nullable Node inside = there.get(path);
            return switch (policy) {
                case FAIL -> false;
                case LOCAL -> {
                    lose(lostThere, path, inside);
                    yield true;
                }
                case SANDBOX -> {
                    if (conflict.kind() == Conflict.Kind.SAME_NAME || !cleared(path)) {
                        yield false;
                    }
                    lose(lostHere, path, local);
                    take(path);
                    yield true;
                }
                case BOTH -> {
                    lose(lostThere, path, inside);
                    if (inside != null) {
                        writes.put(beside(path), inside);
                    }
                    yield true;
                }
                case MERGE -> merge(path, local, inside);
            };
        }

        /** Has the worktree make way for a path; not where that would take what git ignores. */
        private boolean cleared(TreePath path) {
            @Nullable TreePath blocked = here.inTheWay().get(path);
            if (blocked == null) {
                return true;
            }
            @Nullable Entry top = here.blocking().get(blocked);
            if (top != null && top.kind() == Entry.Kind.SYMLINK) {
                // A directory that the user moved away and linked: not for us to undo.
                return false;
            }
            List<TreePath> going = new ArrayList<>();
            for (Entry entry : here.blocking().tailMap(blocked).values()) {
                if (entry.path().startsWith(blocked)) {
                    if (entry.kind() == Entry.Kind.OTHER || worktree.ignores(entry.path())) {
                        return false;
                    }
                    going.add(entry.path());
                }
            }
            for (TreePath file : going) {
                lose(lostHere, file, worktree.now(file).orElse(null));
                removes.add(file);
            }
            return true;
        }

        private static void lose(Map<TreePath, Node> to, TreePath path, @Nullable Node version) {
            if (version != null && !(version instanceof Node.EmptyDirectory)) {
                to.put(path, version);
            }
        }

        /** Another name for the sandbox's version: of itself, or of what stands in its way. */
        private TreePath beside(TreePath path) {
            TreePath blocked = here.inTheWay().getOrDefault(path, path);
            TreePath free =
                    Aside.name(
                            blocked,
                            sandbox,
                            p ->
                                    worktree.exists(p)
                                            || (blocked.equals(path) && writes.containsKey(p)));
            TreePath result = free;
            List<byte[]> parts = path.components();
            for (byte[] part : parts.subList(blocked.components().size(), parts.size())) {
                result = result.resolve(part);
            }
            return result;
        }

        private boolean merge(TreePath path, @Nullable Node local, @Nullable Node inside) {
            @Nullable Node before = base.get(path);
            if (!(before instanceof Node.File b)
                    || !(local instanceof Node.File l)
                    || !(inside instanceof Node.File s)
                    || !Merge.fits(b)
                    || !Merge.fits(l)
                    || !Merge.fits(s)) {
                return false;
            }
            Optional<byte[]> text = worktree.merge(path, b, s);
            if (text.isEmpty()) {
                return false;
            }
            boolean executable = b.executable() == l.executable() ? s.executable() : l.executable();
            byte[] content = text.get();
            writes.put(
                    path,
                    new Node.File(
                            executable,
                            content.length,
                            Digests.hash(content),
                            Digests.blob(content, idAlgorithm)));
            merged.put(path, content);
            lose(lostHere, path, local);
            lose(lostThere, path, inside);
            return true;
        }
    }
}
