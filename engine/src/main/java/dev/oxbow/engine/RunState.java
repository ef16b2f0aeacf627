package dev.oxbow.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.oxbow.agents.Outcome;
import java.util.Locale;

/** Where a run stands, for those who wait for its end. */
public enum RunState {
    /** Accepted; waits for its turn on the worktree. */
    QUEUED,
    /** Under way. */
    RUNNING,
    /** The agent finished and its work is back. */
    COMPLETED,
    /** It ended in any other way than the ones named here. */
    FAILED,
    /** Somebody stopped it. */
    CANCELLED,
    /** A deadline stopped it. */
    TIMEOUT;

    /** The name in JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The state that a run of this class of end is in. */
    static RunState of(Outcome outcome) {
        return switch (outcome) {
            case COMPLETED -> COMPLETED;
            case CANCELLED -> CANCELLED;
            case TIMEOUT -> TIMEOUT;
            case TURN_FAILED,
                    ARG_ERROR,
                    AUTH,
                    SANDBOX_BROKEN,
                    CONFLICT,
                    CLONE_FAILED,
                    INTERNAL_ERROR ->
                    FAILED;
        };
    }

    /** Whether nothing more will happen. */
    public boolean ended() {
        return this != QUEUED && this != RUNNING;
    }
}
