package dev.oxbow.workspace;

import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What files held when they were last read, good for as long as their stat data has not changed.
 * Not for use by several threads while it is written to.
 */
final class StatCache {
    /** What tells that a file is as it was. */
    record Stamp(long size, long mtimeNanos, long ctimeNanos, long inode) {
        static Stamp of(Entry entry) {
            return new Stamp(entry.size(), entry.mtimeNanos(), entry.ctimeNanos(), entry.inode());
        }
    }

    /** A file as it was read. */
    record Seen(Stamp stamp, Hash hash, String blob) {}

    private final Map<TreePath, Seen> seen = new HashMap<>();

    Map<TreePath, Seen> entries() {
        return seen;
    }

    void put(TreePath path, Seen value) {
        seen.put(path, value);
    }

    /** What the file holds, if its stat data is what it was when it was read. */
    Optional<Node.File> find(Entry entry) {
        @Nullable Seen known = seen.get(entry.path());
        return known != null && known.stamp().equals(Stamp.of(entry))
                ? Optional.of(
                        new Node.File(entry.executable(), entry.size(), known.hash(), known.blob()))
                : Optional.empty();
    }
}
