package dev.oxbow.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Opens paths beneath a directory descriptor, following no link on the way, the last component
 * included.
 */
enum Beneath {
    /** {@code openat2}: the kernel resolves the whole path under our rules in one call. */
    KERNEL {
        @Override
        long openPart(Scratch scratch, long root, byte[] path, long flags, long mode) {
            MemorySegment how = scratch.fixed;
            how.set(ValueLayout.JAVA_LONG, 0, flags);
            how.set(ValueLayout.JAVA_LONG, 8, mode);
            how.set(ValueLayout.JAVA_LONG, 16, RESOLVE_BENEATH_NO_LINKS);
            long address = scratch.path(path);
            long result;
            do {
                // EAGAIN: a rename somewhere on the machine raced with the walk; asked to repeat.
                result = scratch.call(Call.OPENAT2, root, address, how.address(), 24);
            } while (Errno.EAGAIN.is(result) || Errno.EINTR.is(result));
            return result;
        }
    },
    /** One {@code openat} per component, for kernels before 5.6 and filters that hide openat2. */
    WALK {
        @Override
        long openPart(Scratch scratch, long root, byte[] path, long flags, long mode) {
            long at = root;
            int start = 0;
            while (true) {
                int end = start;
                while (end < path.length && path[end] != '/') {
                    end++;
                }
                boolean last = end == path.length;
                long opened =
                        openOne(
                                scratch,
                                at,
                                Arrays.copyOfRange(path, start, end),
                                last ? flags : INTERMEDIATE,
                                last ? mode : 0);
                if (at != root) {
                    Handle.closeNow(at);
                }
                if (last || opened < 0) {
                    return opened;
                }
                at = opened;
                start = end + 1;
            }
        }

        private long openOne(Scratch scratch, long at, byte[] name, long flags, long mode) {
            for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
                long result =
                        scratch.call(
                                Call.OPENAT,
                                at,
                                scratch.path(name),
                                flags | Kernel.O_NOFOLLOW,
                                mode);
                if (Errno.ENOTDIR.is(result)) {
                    // The kernel says so of links too, and both may have changed places since.
                    long again = reason(scratch, at);
                    if (again != 0) {
                        return again;
                    }
                } else if (!Errno.EINTR.is(result)) {
                    return result;
                }
            }
            return -Errno.ELOOP.number;
        }

        // Why the name that the scratch still holds is no directory; 0 if it is one now.
        private long reason(Scratch scratch, long at) {
            long result = Stat.at(scratch, at, scratch.path(), Kernel.AT_SYMLINK_NOFOLLOW);
            if (result < 0) {
                return result;
            }
            return switch (Stat.kind(scratch)) {
                case SYMLINK -> -Errno.ELOOP.number;
                case DIRECTORY -> 0;
                case FILE, OTHER -> -Errno.ENOTDIR.number;
            };
        }
    };

    private static final long RESOLVE_BENEATH_NO_LINKS = 0x08 | 0x04 | 0x02;
    private static final long INTERMEDIATE = Kernel.O_PATH | Kernel.O_DIRECTORY | Kernel.O_CLOEXEC;
    private static final byte[] SELF = {'.'};

    /** Changes of a name under our eyes that are put up with before it is refused. */
    private static final int MAX_ATTEMPTS = 100;

    abstract long openPart(Scratch scratch, long root, byte[] path, long flags, long mode);

    /** The way that works on this machine, tried on an open directory. */
    static Beneath probe(Scratch scratch, long root) {
        long result = KERNEL.openPart(scratch, root, SELF, INTERMEDIATE, 0);
        if (result < 0) {
            return WALK;
        }
        Handle.closeNow(result);
        return KERNEL;
    }

    /**
     * Opens a path; the root itself for the empty one.
     *
     * @param flags without {@code O_PATH} on a link this gives ELOOP
     * @return a new descriptor, or the negated errno
     */
    long open(Scratch scratch, long root, byte[] path, long flags, long mode) {
        if (path.length == 0) {
            return scratch.call(
                    Call.OPENAT, root, scratch.path(SELF), flags | Kernel.O_CLOEXEC, mode);
        }
        if (path.length > Scratch.MAX_PATH) {
            return -Errno.ENAMETOOLONG.number;
        }
        return openPart(scratch, root, path, flags | Kernel.O_CLOEXEC, mode);
    }
}
