package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.nio.charset.StandardCharsets;

/**
 * Removes a directory with all below it, whatever is there: links as links, directories that their
 * owner made unreadable, chains deeper than there are descriptors or than a path can be long.
 */
final class TreeRemoval {
    /** Descriptors held at once; what lies deeper is moved up and removed from there. */
    private static final int MAX_DEPTH = 64;

    /** Passes over a directory that someone else keeps filling. */
    private static final int MAX_PASSES = 16;

    private static final long LIST =
            Kernel.O_RDONLY
                    | Kernel.O_DIRECTORY
                    | Kernel.O_NOFOLLOW
                    | Kernel.O_NONBLOCK
                    | Kernel.O_CLOEXEC;

    private final Scratch scratch;
    private final TreePath path;
    private long top = -1;
    private long moved;

    TreeRemoval(Scratch scratch, TreePath path) {
        this.scratch = scratch;
        this.path = path;
    }

    /** Removes that name in an open directory; a no-op if absent. */
    void remove(long parent, byte[] name) {
        for (int pass = 0; pass < MAX_PASSES; ) {
            long result = scratch.call(Call.UNLINKAT, parent, scratch.path(name), 0);
            if (Errno.EISDIR.is(result)) {
                long before = moved;
                result = removeDirectory(parent, name, 0);
                // Moving something up is progress; only passes without any are counted.
                pass += moved == before ? 1 : 0;
            }
            if (result == 0 || Errno.ENOENT.is(result)) {
                return;
            }
            if (!changed(result)) {
                throw Errno.writing(result, "remove", path);
            }
        }
        throw OxException.of(
                ErrorCode.FILE_CHANGING, "cannot remove %s: files keep appearing in it", path);
    }

    /** Something appeared in a directory, or took the place of one: worth another pass. */
    private static boolean changed(long result) {
        return Errno.ENOTEMPTY.is(result) || Errno.ENOTDIR.is(result) || Errno.EISDIR.is(result);
    }

    private long removeDirectory(long parent, byte[] name, int depth) {
        long fd = openable(parent, name);
        if (fd < 0) {
            return fd;
        }
        try {
            if (depth == 0) {
                top = fd;
            }
            for (byte[] child : Listing.names(scratch, fd, path)) {
                long result = removeChild(fd, child, depth);
                if (result < 0 && !Errno.ENOENT.is(result) && !changed(result)) {
                    throw Errno.writing(result, "remove", path + "/…/" + display(child));
                }
            }
        } finally {
            Handle.closeNow(fd);
        }
        return scratch.call(Call.UNLINKAT, parent, scratch.path(name), Kernel.AT_REMOVEDIR);
    }

    private long removeChild(long fd, byte[] child, int depth) {
        long result = scratch.call(Call.UNLINKAT, fd, scratch.path(child), 0);
        if (Errno.EACCES.is(result) && ownerMayAll(fd)) {
            result = scratch.call(Call.UNLINKAT, fd, scratch.path(child), 0);
        }
        if (!Errno.EISDIR.is(result)) {
            return result;
        }
        return depth < MAX_DEPTH ? removeDirectory(fd, child, depth + 1) : moveUp(fd, child);
    }

    private long moveUp(long fd, byte[] child) {
        String unique = TemporaryName.next();
        // Changing its parent writes to the directory itself.
        long self = openable(fd, child);
        if (self < 0) {
            return self;
        }
        ownerMayAll(self);
        Handle.closeNow(self);
        long result =
                scratch.call(
                        Call.RENAMEAT2,
                        fd,
                        scratch.path(child),
                        top,
                        scratch.otherPath(unique.getBytes(StandardCharsets.US_ASCII)));
        moved += result == 0 ? 1 : 0;
        return result;
    }

    /** Opens a directory for listing, giving its owner the right to if that is what lacks. */
    private long openable(long parent, byte[] name) {
        long fd = scratch.call(Call.OPENAT, parent, scratch.path(name), LIST, 0);
        if (!Errno.EACCES.is(fd)) {
            return fd;
        }
        long handle =
                scratch.call(
                        Call.OPENAT,
                        parent,
                        scratch.path(name),
                        Kernel.O_PATH | Kernel.O_DIRECTORY | Kernel.O_NOFOLLOW | Kernel.O_CLOEXEC,
                        0);
        if (handle < 0) {
            return handle;
        }
        try {
            Mode.set(scratch, handle, 0700);
        } finally {
            Handle.closeNow(handle);
        }
        return scratch.call(Call.OPENAT, parent, scratch.path(name), LIST, 0);
    }

    private boolean ownerMayAll(long fd) {
        return Mode.set(scratch, fd, 0700) == 0;
    }

    private static String display(byte[] name) {
        return TreePath.ROOT.resolve(name).toString();
    }
}
