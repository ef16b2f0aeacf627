package dev.oxbow.sandbox;

import java.util.OptionalInt;

/**
 * How a process ended, as the system that ran it says; never guessed from output.
 *
 * @param exitCode 0 to 255; 128 + signal number if a signal ended it; empty if the sandbox was lost
 *     before a code could be had
 * @param signal number of the signal that ended it, as far as it is known
 * @param oomKilled whether the memory limit was reached while it ran, by evidence of the kernel or
 *     provider
 * @param reason what brought the end about
 * @param stdoutEnd total bytes it wrote to standard output
 * @param stderrEnd total bytes it wrote to standard error
 * @param leftBehind processes that it had started, that outlived it and were ended with it; 0 also
 *     where the provider cannot count them
 */
public record ProcessExit(
        OptionalInt exitCode,
        OptionalInt signal,
        boolean oomKilled,
        Reason reason,
        long stdoutEnd,
        long stderrEnd,
        int leftBehind) {

    /** An end that left nothing behind. */
    public ProcessExit(
            OptionalInt exitCode,
            OptionalInt signal,
            boolean oomKilled,
            Reason reason,
            long stdoutEnd,
            long stderrEnd) {
        this(exitCode, signal, oomKilled, reason, stdoutEnd, stderrEnd, 0);
    }

    /** What brought the end about. */
    public enum Reason {
        /** It ended by itself or by a signal of its own making. */
        EXITED,
        /** {@link SandboxProcess#signal} or {@link SandboxProcess#terminate} ended it. */
        SIGNALLED,
        /** Its deadline came. */
        DEADLINE,
        /** The sandbox stopped or was lost. */
        SANDBOX_LOST
    }

    /** Whether it ended with code 0. */
    public boolean success() {
        return exitCode.isPresent() && exitCode.getAsInt() == 0;
    }
}
