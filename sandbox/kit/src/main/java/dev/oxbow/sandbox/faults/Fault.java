package dev.oxbow.sandbox.faults;

import dev.oxbow.base.ErrorCode;
import java.time.Duration;
import java.util.Map;

/** One thing that goes wrong with one call. */
public sealed interface Fault {

    /** The act is done, and its answer takes that long; whoever has not waited never sees it. */
    record Hang(Duration time) implements Fault {}

    /** The call is refused and nothing is done. */
    record Fail(ErrorCode code, String message, Map<String, Object> context) implements Fault {
        /** Copies the map. */
        public Fail {
            context = Map.copyOf(context);
        }
    }

    /** The connection breaks after so many bytes; a call that moves none breaks after its act. */
    record Reset(long bytes) implements Fault {}

    /** What follows ends after so many bytes as if that were all. */
    record Truncate(long bytes) implements Fault {}

    /** The first pieces of what follows are damaged; a call that moves none gets no answer. */
    record Garble(int pieces) implements Fault {}

    /** The act is done later than usual. */
    record Delay(Duration time) implements Fault {}

    /**
     * The answer is not true: the name of a state, {@code ok} for an act that was not done, {@code
     * stale} for a list as it was before, {@code empty} for none.
     */
    record Lie(String value) implements Fault {}

    /** The sandbox is gone before the call, as if somebody had removed it. */
    record Vanish() implements Fault {}

    /** A signal reaches somebody before the call: the {@code sandbox} or the {@code owner}. */
    record Kill(int signal, String target) implements Fault {}

    /** The disk is full. */
    record Fill() implements Fault {}

    /** The connection stands and nothing comes. */
    record HalfOpen() implements Fault {}

    /** The time of day jumps; no time passes. */
    record Clock(Duration by) implements Fault {}

    /** The act is done and its answer is lost. */
    record Lost() implements Fault {}
}
