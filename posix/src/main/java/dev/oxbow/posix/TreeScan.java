package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** One walk over a tree: every name with its status, whole or not at all. */
final class TreeScan {
    private static final long LIST = Kernel.O_RDONLY | Kernel.O_DIRECTORY | Kernel.O_NONBLOCK;

    private final Beneath beneath;
    private final long root;
    private final Scratch scratch;
    private final List<Entry> found = new ArrayList<>();
    private final ArrayDeque<TreePath> waiting = new ArrayDeque<>();

    /** Directories that were removed between being seen and being read. */
    private final List<TreePath> gone = new ArrayList<>();

    TreeScan(Beneath beneath, long root, Scratch scratch) {
        this.beneath = beneath;
        this.root = root;
        this.scratch = scratch;
    }

    List<Entry> below(TreePath start, Predicate<TreePath> descend) {
        read(start, true, descend);
        for (TreePath next = waiting.poll(); next != null; next = waiting.poll()) {
            read(next, false, descend);
        }
        if (!gone.isEmpty()) {
            found.removeIf(entry -> gone.stream().anyMatch(entry.path()::startsWith));
        }
        found.sort((a, b) -> a.path().compareTo(b.path()));
        return found;
    }

    private void read(TreePath directory, boolean first, Predicate<TreePath> descend) {
        long fd = beneath.open(scratch, root, directory.raw(), LIST, 0);
        if (fd < 0) {
            if (!first && Errno.ENOENT.is(fd)) {
                gone.add(directory);
                return;
            }
            if (!first && (Errno.ELOOP.is(fd) || Errno.ENOTDIR.is(fd))) {
                throw OxException.of(
                        ErrorCode.FILE_CHANGING,
                        "%s stopped being a directory while it was listed",
                        directory);
            }
            throw Errno.reading(fd, "list", name(directory));
        }
        try {
            long result =
                    Listing.each(
                            scratch,
                            fd,
                            (offset, length) -> take(directory, fd, offset, length, descend));
            if (result < 0) {
                throw Errno.reading(result, "list", name(directory));
            }
        } finally {
            Handle.closeNow(fd);
        }
    }

    private void take(
            TreePath directory, long fd, long offset, int length, Predicate<TreePath> descend) {
        TreePath path = directory.child(scratch.buffer, offset, length);
        if (path.raw().length > Scratch.MAX_PATH) {
            throw Errno.reading(-Errno.ENAMETOOLONG.number, "list", shortened(directory));
        }
        long result =
                Stat.at(scratch, fd, scratch.buffer.address() + offset, Kernel.AT_SYMLINK_NOFOLLOW);
        if (Errno.ENOENT.is(result)) {
            return;
        }
        if (result < 0) {
            throw Errno.reading(result, "examine", path);
        }
        Entry entry = Stat.entry(scratch, path);
        found.add(entry);
        if (entry.kind() == Entry.Kind.DIRECTORY && descend.test(path)) {
            waiting.add(path);
        }
    }

    private static Object name(TreePath path) {
        return path.isRoot() ? "the root directory" : path;
    }

    private static String shortened(TreePath path) {
        return path.toString().substring(0, 200) + "…";
    }
}
