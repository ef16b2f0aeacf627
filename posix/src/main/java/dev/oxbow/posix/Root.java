package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open root and the ways to a name beneath it; every descriptor opened here is closed here. */
final class Root implements AutoCloseable {
    private static final long LOCATE = Kernel.O_PATH | Kernel.O_DIRECTORY;

    final Beneath beneath;
    final ScratchPool pool;
    private final Handle handle;

    Root(Handle handle, Beneath beneath, ScratchPool pool) {
        this.handle = handle;
        this.beneath = beneath;
        this.pool = pool;
    }

    interface InRoot<T> {
        T apply(Scratch scratch, long root);
    }

    interface InParent<T> {
        T apply(Scratch scratch, long parent, byte[] name);
    }

    /** With the descriptor of the root. */
    <T> T call(InRoot<T> body) {
        long fd = handle.acquire();
        Scratch scratch = pool.borrow();
        try {
            return body.apply(scratch, fd);
        } finally {
            pool.giveBack(scratch);
            handle.release();
        }
    }

    /** With the directory that holds a name, and the name. */
    <T> T inParent(String verb, TreePath path, InParent<T> body) {
        if (path.isRoot()) {
            throw OxException.of(
                    ErrorCode.IS_DIRECTORY, "cannot %s the root directory of a tree", verb);
        }
        byte[] last = path.name();
        if (last.length > Scratch.MAX_PATH) {
            throw Errno.writing(-Errno.ENAMETOOLONG.number, verb, path);
        }
        TreePath directory = path.parent();
        return call((scratch, fdOfRoot) -> {
            if (directory.isRoot()) {
                return body.apply(scratch, fdOfRoot, last);
            }
            long parent = beneath.open(scratch, fdOfRoot, directory.raw(), LOCATE, 0);
            if (parent < 0) {
                throw Errno.writing(parent, verb, path);
            }
            try {
                return body.apply(scratch, parent, last);
            } finally {
                Handle.closeNow(parent);
            }
        });
    }

    /** As {@link #inParent}, and nothing if that directory is absent. */
    void unlessAbsent(TreePath path, InParent<Long> body) {
        AtomicBoolean reached = new AtomicBoolean();
        try {
            inParent(
                    "remove",
                    path,
                    (scratch, parent, name) -> {
                        reached.set(true);
                        return body.apply(scratch, parent, name);
                    });
        } catch (OxException e) {
            boolean absent =
                    e.code() == ErrorCode.FILE_NOT_FOUND || e.code() == ErrorCode.NOT_DIRECTORY;
            if (reached.get() || !absent) {
                throw e;
            }
        }
    }

    /** With a descriptor of the name itself, be it a link, that allows no reading or writing. */
    void located(TreePath path, String verb, InRoot<Long> body) {
        call((scratch, fdOfRoot) -> {
            long fd =
                    readable(
                            beneath.open(
                                    scratch,
                                    fdOfRoot,
                                    path.raw(),
                                    Kernel.O_PATH | Kernel.O_NOFOLLOW,
                                    0),
                            verb,
                            path);
            try {
                return body.apply(scratch, fd);
            } finally {
                Handle.closeNow(fd);
            }
        });
    }

    /** Opens a path with those flags; the caller owns the descriptor. */
    long open(TreePath path, long flags, long mode, String verb) {
        return call((scratch, fd) ->
                readable(beneath.open(scratch, fd, path.raw(), flags, mode), verb, path));
    }

    /** As {@link #open}, for a regular file; anything else is refused without waiting. */
    long openFile(TreePath path, long flags, long mode, String verb) {
        long always = Kernel.O_NONBLOCK | Kernel.O_NOCTTY;
        return call((scratch, fd) -> {
            long opened =
                    readable(
                            beneath.open(scratch, fd, path.raw(), flags | always, mode),
                            verb,
                            path);
            requireFile(scratch, opened, verb, path);
            return opened;
        });
    }

    private static void requireFile(Scratch scratch, long fd, String verb, TreePath path) {
        boolean kept = false;
        try {
            readable(Stat.of(scratch, fd), verb, path);
            Entry.Kind kind = Stat.kind(scratch);
            if (kind != Entry.Kind.FILE) {
                Errno why = kind == Entry.Kind.DIRECTORY ? Errno.EISDIR : Errno.ENXIO;
                throw Errno.reading(-why.number, verb, path);
            }
            kept = true;
        } finally {
            if (!kept) {
                Handle.closeNow(fd);
            }
        }
    }

    static void requireDirectory(Scratch scratch, long parent, byte[] last, TreePath path) {
        readable(
                Stat.at(scratch, parent, scratch.path(last), Kernel.AT_SYMLINK_NOFOLLOW),
                "examine",
                path);
        Entry.Kind kind = Stat.kind(scratch);
        if (kind != Entry.Kind.DIRECTORY) {
            Errno why = kind == Entry.Kind.SYMLINK ? Errno.ELOOP : Errno.EEXIST;
            throw Errno.writing(-why.number, "make directory", path);
        }
    }

    static long readable(long result, String verb, Object path) {
        if (result < 0) {
            throw Errno.reading(result, verb, path);
        }
        return result;
    }

    static long writable(long result, String verb, Object path) {
        if (result < 0) {
            throw Errno.writing(result, verb, path);
        }
        return result;
    }

    @Override
    public void close() {
        handle.close();
    }
}
