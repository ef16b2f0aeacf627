package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The few system calls of this provider that neither Java nor {@code posix} has. All go through
 * {@code syscall(2)}, which also has the per-thread meaning that libc hides for credentials.
 */
final class LinuxCalls {
    static final int EINTR = 4;
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int EEXIST = 17;
    static final int EPIPE = 32;

    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
    private static final long AT_FDCWD = -100;
    private static final long O_WRONLY = 1;
    private static final long O_RDWR = 2;
    private static final long O_CREAT = 0x40;
    private static final long O_NONBLOCK = 0x800;
    private static final long O_CLOEXEC = 0x80000;
    private static final long S_IFIFO = 0x1000;
    private static final long LOCK_EX_NB = 2 | 4;
    private static final long PUNCH_KEEP_SIZE = 1 | 2;

    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO =
            STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    @SuppressWarnings("restricted")
    private static final MethodHandle SYSCALL =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG),
                            Linker.Option.firstVariadicArg(1),
                            Linker.Option.captureCallState("errno"));

    private LinuxCalls() {}

    /** Result of the call, or the negated error number; a fifth argument is always 0. */
    private static long call(long x86, long arm, long a, long b, long c, long d) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = (long) SYSCALL.invokeExact(state, ARM ? arm : x86, a, b, c, d, 0L);
            return result == -1 ? -state.get(ValueLayout.JAVA_INT, ERRNO) : result;
        } catch (Throwable impossible) {
            throw new AssertionError("syscall " + x86, impossible);
        }
    }

    private static MemorySegment text(Arena arena, Path path) {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        MemorySegment memory = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return memory;
    }

    private static long check(long result, String what) {
        if (result < 0) {
            throw OxException.of(
                    ErrorCode.PROVIDER_UNAVAILABLE, "%s failed: errno %d", what, -result);
        }
        return result;
    }

    /** Effective user id of this process. */
    static int effectiveUid() {
        return (int) call(107, 175, 0, 0, 0, 0);
    }

    /** Sends a signal; a process that is gone, or never ours, is no error. */
    static void kill(long pid, int signal) {
        long unusedGone = call(62, 129, pid, signal, 0, 0);
    }

    /** A file in memory only, close-on-exec; readable by own processes as /proc/PID/fd/N. */
    static int memoryFile(byte[] content) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom("oxbow");
            int fd = (int) check(call(319, 279, name.address(), 1, 0, 0), "memfd_create");
            MemorySegment bytes = arena.allocate(Math.max(1, content.length));
            MemorySegment.copy(content, 0, bytes, ValueLayout.JAVA_BYTE, 0, content.length);
            long written = 0;
            while (written < content.length) {
                written +=
                        check(
                                call(
                                        1,
                                        64,
                                        fd,
                                        bytes.address() + written,
                                        content.length - written,
                                        0),
                                "write to memory file");
            }
            return fd;
        }
    }

    static void close(int fd) {
        long _ = call(3, 57, fd, 0, 0, 0);
    }

    /** Makes a named pipe, for its owner only. */
    static void makeFifo(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            check(
                    call(259, 33, AT_FDCWD, text(arena, path).address(), S_IFIFO | 0600, 0),
                    "mkfifo");
        }
    }

    /** Hands a file to another user and group of the same number. */
    static void chown(Path path, int uid) {
        try (Arena arena = Arena.ofConfined()) {
            check(call(260, 54, AT_FDCWD, text(arena, path).address(), uid, uid), "chown");
        }
    }

    /** Opens the writing end of a pipe without waiting; negated errno on failure. */
    static int openPipeForWriting(Path fifo) {
        try (Arena arena = Arena.ofConfined()) {
            return (int)
                    call(
                            257,
                            56,
                            AT_FDCWD,
                            text(arena, fifo).address(),
                            O_WRONLY | O_NONBLOCK | O_CLOEXEC,
                            0);
        }
    }

    /** Writes what fits; the count, or the negated errno. */
    static int write(int fd, byte[] bytes, int offset) {
        try (Arena arena = Arena.ofConfined()) {
            int length = bytes.length - offset;
            MemorySegment memory = arena.allocate(length);
            MemorySegment.copy(bytes, offset, memory, ValueLayout.JAVA_BYTE, 0, length);
            return (int) call(1, 64, fd, memory.address(), length, 0);
        }
    }

    /** Opens or makes a lock file. */
    static int openLockFile(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            return (int)
                    check(
                            call(
                                    257,
                                    56,
                                    AT_FDCWD,
                                    text(arena, path).address(),
                                    O_RDWR | O_CREAT | O_CLOEXEC,
                                    0600),
                            "opening lock file " + path);
        }
    }

    /**
     * Tries to take the lock of an open file. Unlike Java's own file locks it belongs to the open
     * file, so that two providers of one process exclude each other too.
     */
    static boolean tryLock(int fd) {
        long result = call(73, 32, fd, LOCK_EX_NB, 0, 0);
        if (result == -EAGAIN || result == -EINTR) {
            return false;
        }
        return check(result, "flock") == 0;
    }

    /** Frees the blocks of a range of a file and keeps its size. */
    static boolean punchHole(Path file, long from, long to) {
        int fd = openPipeForWriting(file);
        if (fd < 0) {
            return false;
        }
        try {
            return call(285, 47, fd, PUNCH_KEEP_SIZE, from, to - from) == 0;
        } finally {
            close(fd);
        }
    }

    /**
     * Binds the calling thread, and every process it starts, to a filter for ever: no new
     * privileges, no supplementary groups (kept ones would open group-readable host files), and the
     * filter itself.
     *
     * @param dropGroups whether this process may, and so must, drop its groups
     */
    static void confineThread(byte[] filter, boolean dropGroups) {
        try (Arena arena = Arena.ofConfined()) {
            if (dropGroups) {
                check(call(116, 159, 0, 0, 0, 0), "setgroups");
            }
            check(call(157, 167, 38, 1, 0, 0), "prctl(NO_NEW_PRIVS)");
            MemorySegment code = arena.allocate(filter.length, 8);
            MemorySegment.copy(filter, 0, code, ValueLayout.JAVA_BYTE, 0, filter.length);
            MemorySegment program = arena.allocate(16, 8);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) (filter.length / 8));
            program.set(ValueLayout.JAVA_LONG, 8, code.address());
            check(call(317, 277, 1, 0, program.address(), 0), "seccomp");
        }
    }
}
