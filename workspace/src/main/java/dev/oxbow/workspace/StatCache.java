package dev.oxbow.workspace;

import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What files held when they were last read, good for as long as their stat data has not changed.
 * Immutable.
 */
final class StatCache {
    static final StatCache EMPTY = new StatCache(Map.of());

    /** What tells that a file is as it was. */
    record Stamp(long size, long mtimeNanos, long ctimeNanos, long inode) {
        static Stamp of(Entry entry) {
            return new Stamp(entry.size(), entry.mtimeNanos(), entry.ctimeNanos(), entry.inode());
        }

        boolean isOf(Entry entry) {
            return size == entry.size()
                    && mtimeNanos == entry.mtimeNanos()
                    && ctimeNanos == entry.ctimeNanos()
                    && inode == entry.inode();
        }
    }

    /** A file as it was read. */
    record Seen(Stamp stamp, Node.File node) {}

    private final Map<TreePath, Seen> seen;

    /** Takes the map over: nobody may change it any more. */
    StatCache(Map<TreePath, Seen> seen) {
        this.seen = Collections.unmodifiableMap(seen);
    }

    Map<TreePath, Seen> entries() {
        return seen;
    }

    /** This and newer observations, which replace older ones of the same paths. */
    StatCache with(Map<TreePath, Seen> newer) {
        if (newer.isEmpty()) {
            return this;
        }
        Map<TreePath, Seen> all = new HashMap<>(seen);
        all.putAll(newer);
        return new StatCache(all);
    }

    /** All but these paths. */
    StatCache without(Iterable<TreePath> paths) {
        Map<TreePath, Seen> rest = new HashMap<>(seen);
        paths.forEach(rest::remove);
        return new StatCache(rest);
    }

    /** What the file holds, if its stat data is what it was when it was read. */
    Optional<Node.File> find(Entry entry) {
        @Nullable Seen known = seen.get(entry.path());
        if (known == null || !known.stamp().isOf(entry)) {
            return Optional.empty();
        }
        Node.File node = known.node();
        return Optional.of(
                node.executable() == entry.executable()
                        ? node
                        : new Node.File(entry.executable(), node.size(), node.hash(), node.blob()));
    }
}
