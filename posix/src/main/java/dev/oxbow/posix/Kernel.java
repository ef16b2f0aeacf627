package dev.oxbow.posix;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The raw layer: one native function, {@code syscall(2)}, for everything.
 *
 * <p>One function needs one downcall handle. Linking a handle per libc function costs milliseconds
 * each at start-up; and the kernel's structures are the same under every libc.
 */
final class Kernel {
    static final long AT_FDCWD = -100;
    static final long AT_SYMLINK_NOFOLLOW = 0x100;
    static final long AT_REMOVEDIR = 0x200;
    static final long AT_EMPTY_PATH = 0x1000;

    static final long O_RDONLY = 0;
    static final long O_WRONLY = 1;
    static final long O_RDWR = 2;
    static final long O_CREAT = 0x40;
    static final long O_EXCL = 0x80;
    static final long O_NOCTTY = 0x100;
    static final long O_APPEND = 0x400;
    static final long O_NONBLOCK = 0x800;
    static final long O_CLOEXEC = 0x80000;
    static final long O_PATH = 0x200000;
    static final long O_DIRECTORY = Call.Processor.ARM ? 0x4000 : 0x10000;
    static final long O_NOFOLLOW = Call.Processor.ARM ? 0x8000 : 0x20000;

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

    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout()
                    .byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private Kernel() {}

    /**
     * Makes one call. Memory that the arguments point to must be kept reachable by the caller until
     * it returns.
     *
     * @param state memory for {@code errno}, as large as the linker's capture layout
     * @return the result, or the negated errno
     */
    static long call(MemorySegment state, Call call, long a, long b, long c, long d, long e) {
        long result;
        try {
            result = (long) SYSCALL.invokeExact(state, call.number, a, b, c, d, e);
        } catch (Throwable impossible) {
            throw new AssertionError("syscall " + call, impossible);
        }
        return result == -1 ? -state.get(ValueLayout.JAVA_INT, ERRNO_OFFSET) : result;
    }

    /** Bytes that the memory for {@code errno} must have. */
    static long stateSize() {
        return Linker.Option.captureStateLayout().byteSize();
    }
}
