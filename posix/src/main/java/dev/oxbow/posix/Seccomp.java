package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * System call filters. A filter cannot be taken back: install it on a thread that exists to start
 * children and then ends. Children inherit it.
 */
public final class Seccomp {
    private static final int INSTRUCTION = 8;
    private static final int MOST_INSTRUCTIONS = 4096;
    private static final long PR_SET_NO_NEW_PRIVS = 38;
    private static final long SET_MODE_FILTER = 1;

    private Seccomp() {}

    /**
     * Sets {@code no_new_privs} and that filter for the calling thread and all it will start.
     *
     * @param program instructions of classic BPF, eight bytes each, in the order of this processor
     * @throws IllegalStateException on a virtual thread, whose carrier would be filtered
     * @throws OxException with {@code ISOLATION_UNAVAILABLE} if the kernel refuses it
     */
    public static void installOnThisThread(byte[] program) {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a filter needs a platform thread of its own");
        }
        int count = program.length / INSTRUCTION;
        if (count == 0 || program.length % INSTRUCTION != 0 || count > MOST_INSTRUCTIONS) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "a filter of %d bytes is not a list of instructions",
                    program.length);
        }
        Scratch scratch = new Scratch();
        refused(scratch.call(Call.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(program.length, INSTRUCTION);
            MemorySegment.copy(program, 0, code, ValueLayout.JAVA_BYTE, 0, program.length);
            MemorySegment header = arena.allocate(16, 8);
            header.set(ValueLayout.JAVA_SHORT, 0, (short) count);
            header.set(ValueLayout.JAVA_LONG, 8, code.address());
            refused(
                    scratch.call(Call.SECCOMP, SET_MODE_FILTER, 0, header.address()),
                    "the system call filter");
        }
    }

    private static void refused(long result, String what) {
        if (result < 0) {
            throw OxException.of(
                            ErrorCode.ISOLATION_UNAVAILABLE,
                            "the kernel refuses %s (errno %d)",
                            what,
                            -result)
                    .suggest("Use a kernel with CONFIG_SECCOMP_FILTER.");
        }
    }
}
