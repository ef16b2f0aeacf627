package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel tells of changes in single directories ({@code inotify}). A directory is watched
 * itself, not its name: it stays watched when it is renamed, and no link is ever followed to it.
 * What nobody polls is kept by the kernel up to a bound, and then told to be {@link
 * Notice.Kind#LOST}. To be used by one thread at a time; {@link #close} by any.
 */
public final class Notices implements AutoCloseable {
    private static final long NONBLOCK_CLOEXEC = 0x800 | 0x80000;

    private static final int IN_MODIFY = 0x2;
    private static final int IN_ATTRIB = 0x4;
    private static final int IN_MOVED_FROM = 0x40;
    private static final int IN_MOVED_TO = 0x80;
    private static final int IN_CREATE = 0x100;
    private static final int IN_DELETE = 0x200;
    private static final int IN_DELETE_SELF = 0x400;
    private static final int IN_MOVE_SELF = 0x800;
    private static final int IN_UNMOUNT = 0x2000;
    private static final int IN_Q_OVERFLOW = 0x4000;
    private static final int IN_IGNORED = 0x8000;
    private static final int IN_ISDIR = 0x40000000;

    /** No news of files that have no name any more. */
    private static final int IN_EXCL_UNLINK = 0x04000000;

    private static final int IN_ONLYDIR = 0x01000000;

    private static final int WANTED =
            IN_MODIFY
                    | IN_ATTRIB
                    | IN_MOVED_FROM
                    | IN_MOVED_TO
                    | IN_CREATE
                    | IN_DELETE
                    | IN_DELETE_SELF
                    | IN_MOVE_SELF
                    | IN_EXCL_UNLINK
                    | IN_ONLYDIR;

    private static final int HEAD = 16;

    private final Handle handle;
    private final Scratch scratch = new Scratch();

    private Notices(Handle handle) {
        this.handle = handle;
    }

    /**
     * Notices of nothing yet.
     *
     * @throws OxException {@code QUOTA_EXCEEDED} if this user has too many open
     */
    public static Notices open() {
        long fd = new Scratch().call(Call.INOTIFY_INIT1, NONBLOCK_CLOEXEC);
        if (Errno.EMFILE.is(fd)) {
            throw exhausted("watches", "fs.inotify.max_user_instances");
        }
        if (fd < 0) {
            throw Errno.of(fd, ErrorCode.CAPABILITY_UNSUPPORTED, "open", "notices of changes");
        }
        return new Notices(new Handle(fd));
    }

    private static OxException exhausted(String what, String setting) {
        return OxException.of(
                        ErrorCode.QUOTA_EXCEEDED,
                        "this machine allows no more %s: %s is used up",
                        what,
                        setting)
                .with("setting", setting)
                .suggest("Raise it with 'sysctl', or watch less.");
    }

    /**
     * Watches one directory from now on, found beneath the root without following links. One that
     * is watched already keeps its number.
     *
     * @return the number that its notices bear
     * @throws OxException {@code FILE_NOT_FOUND}, {@code NOT_DIRECTORY}, {@code PATH_ESCAPE} or
     *     {@code PERMISSION_DENIED} if there is no such directory to be read; {@code
     *     QUOTA_EXCEEDED} if this user watches too many
     */
    public int watch(Directory root, TreePath directory) {
        return root.located(
                directory,
                fd -> {
                    int self = handle.acquire();
                    try {
                        // The descriptor's own name: whatever the path now leads to, this is what
                        // it meant.
                        long found =
                                scratch.call(
                                        Call.INOTIFY_ADD_WATCH,
                                        self,
                                        scratch.path(ownName(fd)),
                                        WANTED);
                        if (Errno.ENOSPC.is(found)) {
                            throw exhausted("watched directories", "fs.inotify.max_user_watches");
                        }
                        return (int) Root.readable(found, "watch", directory);
                    } finally {
                        handle.release();
                    }
                });
    }

    private static byte[] ownName(long fd) {
        return ("/proc/self/fd/" + fd).getBytes(StandardCharsets.US_ASCII);
    }

    /** Watches a directory no more; a no-op if it has gone by itself. */
    public void forget(int watch) {
        int fd = handle.acquireIfOpen();
        if (fd >= 0) {
            try {
                scratch.call(Call.INOTIFY_RM_WATCH, fd, watch, 0);
            } finally {
                handle.release();
            }
        }
    }

    /** What has come since, oldest first, without waiting; none if there is nothing or closed. */
    public List<Notice> poll() {
        int fd = handle.acquireIfOpen();
        if (fd < 0) {
            return List.of();
        }
        try {
            long n = scratch.call(Call.READ, fd, scratch.buffer.address(), Scratch.BUFFER);
            if (Errno.EAGAIN.is(n) || Errno.EINTR.is(n)) {
                return List.of();
            }
            if (n < 0) {
                throw Errno.of(n, ErrorCode.STREAM_LOST, "read", "notices of changes");
            }
            return parsed((int) n);
        } finally {
            handle.release();
        }
    }

    private List<Notice> parsed(int length) {
        List<Notice> all = new ArrayList<>();
        MemorySegment b = scratch.buffer;
        for (int at = 0; at < length; ) {
            int watch = b.get(ValueLayout.JAVA_INT, at);
            int mask = b.get(ValueLayout.JAVA_INT, at + 4L);
            int cookie = b.get(ValueLayout.JAVA_INT, at + 8L);
            int room = b.get(ValueLayout.JAVA_INT, at + 12L);
            int end = at + HEAD;
            while (end < at + HEAD + room && b.get(ValueLayout.JAVA_BYTE, end) != 0) {
                end++;
            }
            byte[] name = b.asSlice(at + HEAD, end - at - HEAD).toArray(ValueLayout.JAVA_BYTE);
            all.add(new Notice(watch, kind(mask), (mask & IN_ISDIR) != 0, cookie, name));
            at += HEAD + room;
        }
        return all;
    }

    private static Notice.Kind kind(int mask) {
        if ((mask & IN_Q_OVERFLOW) != 0) {
            return Notice.Kind.LOST;
        } else if ((mask & IN_CREATE) != 0) {
            return Notice.Kind.CREATED;
        } else if ((mask & IN_DELETE) != 0) {
            return Notice.Kind.DELETED;
        } else if ((mask & IN_MOVED_FROM) != 0) {
            return Notice.Kind.MOVED_FROM;
        } else if ((mask & IN_MOVED_TO) != 0) {
            return Notice.Kind.MOVED_TO;
        } else if ((mask & (IN_MODIFY | IN_ATTRIB)) != 0) {
            return Notice.Kind.MODIFIED;
        } else if ((mask & IN_MOVE_SELF) != 0) {
            return Notice.Kind.SELF_MOVED;
        } else if ((mask & (IN_DELETE_SELF | IN_UNMOUNT | IN_IGNORED)) != 0) {
            return Notice.Kind.SELF_GONE;
        }
        throw new IllegalStateException("a notice that was not asked for: " + mask);
    }

    @Override
    public void close() {
        handle.close();
    }
}
