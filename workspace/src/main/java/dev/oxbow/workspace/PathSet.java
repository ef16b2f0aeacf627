package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sorted paths that can tell whether anything lies below a directory. Where they take work to
 * gather, that is done when they are first asked for: only what git ignores asks. Not for
 * concurrent use.
 */
final class PathSet {
    private final Supplier<Collection<TreePath>> paths;
    private TreePath @Nullable [] sorted;

    private PathSet(Supplier<Collection<TreePath>> paths) {
        this.paths = paths;
    }

    static PathSet none() {
        return of(List.of());
    }

    static PathSet of(Collection<TreePath> paths) {
        return new PathSet(() -> paths);
    }

    static PathSet gathered(Supplier<Collection<TreePath>> paths) {
        return new PathSet(paths);
    }

    private TreePath[] sorted() {
        TreePath @Nullable [] known = sorted;
        if (known == null) {
            known = paths.get().toArray(TreePath[]::new);
            Arrays.sort(known);
            sorted = known;
        }
        return known;
    }

    boolean contains(TreePath path) {
        return Arrays.binarySearch(sorted(), path) >= 0;
    }

    boolean hasBelow(TreePath directory) {
        // No name is smaller than this one, so the first path from here on is the first below.
        TreePath[] all = sorted();
        int at = Arrays.binarySearch(all, directory.resolve(new byte[] {1}));
        int first = at >= 0 ? at : -at - 1;
        return first < all.length && all[first].startsWith(directory);
    }
}
