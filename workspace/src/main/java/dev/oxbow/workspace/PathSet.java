package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.util.Arrays;
import java.util.Collection;

/** Sorted paths that can tell whether anything lies below a directory. */
final class PathSet {
    static final PathSet NONE = new PathSet(new TreePath[0]);

    private final TreePath[] sorted;

    private PathSet(TreePath[] sorted) {
        this.sorted = sorted;
    }

    static PathSet of(Collection<TreePath> paths) {
        TreePath[] array = paths.toArray(TreePath[]::new);
        Arrays.sort(array);
        return new PathSet(array);
    }

    boolean contains(TreePath path) {
        return Arrays.binarySearch(sorted, path) >= 0;
    }

    boolean hasBelow(TreePath directory) {
        // No name is smaller than this one, so the first path from here on is the first below.
        int at = Arrays.binarySearch(sorted, directory.resolve(new byte[] {1}));
        int first = at >= 0 ? at : -at - 1;
        return first < sorted.length && sorted[first].startsWith(directory);
    }
}
