package dev.oxbow.agents;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How an agent's process ended.
 *
 * @param exitCode 0 to 255; empty if it is not known
 * @param signal number of the signal that ended it
 * @param oomKilled whether there is evidence that the memory limit ended it
 * @param cause who or what ended it
 * @param ran how long it ran
 */
public record ProcessEnd(
        OptionalInt exitCode, OptionalInt signal, boolean oomKilled, Cause cause, Duration ran) {

    /** Who or what ended it. */
    public enum Cause {
        /** It ended by itself, or by a signal that is not ours. */
        EXITED,
        /** The run's deadline. */
        TIMEOUT_WALL,
        /** Too long without output. */
        TIMEOUT_IDLE,
        /** The user or a caller. */
        CANCELLED,
        /** Contact was lost; whether it ended is not known. */
        LOST
    }

    /** It ended by itself with this code. */
    public static ProcessEnd exited(int code) {
        return of(OptionalInt.of(code), Cause.EXITED);
    }

    /** It ended otherwise, with no code known. */
    public static ProcessEnd by(Cause cause) {
        return of(OptionalInt.empty(), cause);
    }

    private static ProcessEnd of(OptionalInt code, Cause cause) {
        return new ProcessEnd(code, OptionalInt.empty(), false, cause, Duration.ZERO);
    }

    /** The same after this long. */
    public ProcessEnd withRan(Duration value) {
        return new ProcessEnd(exitCode, signal, oomKilled, cause, value);
    }
}
