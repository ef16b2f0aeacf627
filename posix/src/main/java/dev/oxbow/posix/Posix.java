package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** System calls that stand for themselves. Safe for concurrent use. */
public final class Posix {
    private static final long KEEP_SIZE_AND_PUNCH = 0x01 | 0x02;
    private static final int ESRCH = 3;
    private static final long RLIMIT_CORE = 4;

    private Posix() {}

    /** The user that this process acts as. */
    public static int effectiveUser() {
        return (int) new Scratch().call(Call.GETEUID, 0);
    }

    /** The group that this process acts as. */
    public static int effectiveGroup() {
        return (int) new Scratch().call(Call.GETEGID, 0);
    }

    /** Whether this process acts as root. */
    public static boolean isRoot() {
        return effectiveUser() == 0;
    }

    /**
     * Sends a signal.
     *
     * @param pid a process; below -1 the group with that number; 0 and -1 are refused
     * @param signal its number; 0 only asks whether the process is there
     * @return whether there was such a process
     * @throws OxException with {@code PERMISSION_DENIED} if it belongs to someone else
     */
    public static boolean kill(long pid, int signal) {
        if (pid == 0 || pid == -1) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "a signal to %d would reach everyone", pid);
        }
        long result = new Scratch().call(Call.KILL, pid, signal, 0);
        if (result == -ESRCH) {
            return false;
        }
        if (result < 0) {
            throw Errno.of(result, ErrorCode.INVALID_ARGUMENT, "signal", "process " + pid);
        }
        return true;
    }

    /**
     * Ends this process now. No shutdown hook runs and nothing is flushed: for the end of a program
     * that has closed all it had. The ordinary end of the virtual machine waits 300 ms for threads
     * in native code, and the one that watches the sockets of virtual threads always is.
     *
     * @param code what the parent sees, 0 to 255
     */
    public static void endProcess(int code) {
        new Scratch().call(Call.EXIT_GROUP, code);
    }

    /**
     * Gives the disk space of a part of a file back; the part then reads as zeros and the size
     * stays, so offsets stay too.
     *
     * @param file a regular file, no link
     * @return false if the file system cannot do that
     */
    public static boolean punchHole(Path file, long offset, long length) {
        Scratch scratch = new Scratch();
        long fd =
                scratch.call(
                        Call.OPENAT,
                        Kernel.AT_FDCWD,
                        scratch.path(HostPath.bytes(file)),
                        Kernel.O_WRONLY
                                | Kernel.O_NOFOLLOW
                                | Kernel.O_NONBLOCK
                                | Kernel.O_NOCTTY
                                | Kernel.O_CLOEXEC,
                        0);
        if (fd < 0) {
            throw Errno.writing(fd, "open", file);
        }
        try {
            long result = scratch.call(Call.FALLOCATE, fd, KEEP_SIZE_AND_PUNCH, offset, length);
            if (Errno.EOPNOTSUPP.is(result) || Errno.ENOSYS.is(result)) {
                return false;
            }
            if (result < 0) {
                throw Errno.writing(result, "punch a hole into", file);
            }
            return true;
        } finally {
            Handle.closeNow(fd);
        }
    }

    /**
     * Hands a file of our own to somebody; a link itself, not its target.
     *
     * @param path in a directory that nobody else writes
     */
    public static void setOwner(Path path, Owner owner) {
        Scratch scratch = new Scratch();
        long result =
                scratch.call(
                        Call.FCHOWNAT,
                        Kernel.AT_FDCWD,
                        scratch.path(HostPath.bytes(path)),
                        owner.uid(),
                        owner.gid(),
                        Kernel.AT_SYMLINK_NOFOLLOW);
        if (result < 0) {
            throw Errno.writing(result, "change the owner of", path);
        }
    }

    /**
     * Has the kernel write no core dump of a process and of all it starts from now on, and start no
     * crash handler of the host for them: dumps hold what was in memory, keys included.
     *
     * @param pid a process of ours
     * @throws OxException with {@code PERMISSION_DENIED} if it belongs to someone else
     */
    public static void forbidCoreDumps(long pid) {
        Scratch scratch = new Scratch();
        long limit = scratch.fixed.address();
        long result = scratch.call(Call.PRLIMIT64, pid, RLIMIT_CORE, 0, limit);
        // A hard limit of 0 cannot be raised; the dump is then not written either.
        if (result == 0 && scratch.fixed.get(ValueLayout.JAVA_LONG, 8) != 0) {
            // Not 0, which a handler that reads from a pipe is started in spite of; 1 means none.
            scratch.fixed.set(ValueLayout.JAVA_LONG, 0, 1);
            scratch.fixed.set(ValueLayout.JAVA_LONG, 8, 1);
            result = scratch.call(Call.PRLIMIT64, pid, RLIMIT_CORE, limit, 0);
        }
        if (result < 0) {
            throw Errno.of(result, ErrorCode.INVALID_ARGUMENT, "limit", "process " + pid);
        }
    }

    /**
     * Drops the supplementary groups of the calling thread alone, and of all it will start; for
     * root, on a platform thread that exists to start children and then ends.
     */
    public static void dropGroupsOfThisThread() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException(
                    "the carrier of a virtual thread would lose its groups");
        }
        long result = new Scratch().call(Call.SETGROUPS, 0, 0, 0);
        if (result < 0) {
            throw Errno.of(result, ErrorCode.PERMISSION_DENIED, "drop", "groups");
        }
    }
}
