package dev.oxbow.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What a run is doing, in the order in which it happens. Written down before it is begun, so that
 * whoever finds the run later knows what may have been done.
 */
public enum RunPhase {
    /** Waiting for the thread's lock. */
    QUEUED,
    /** Finding or making the sandbox. */
    SANDBOX_CREATE,
    /** Checking the agent, opening the way to its model. */
    SETUP,
    /** Bringing the worktree into the sandbox. */
    SYNC_IN,
    /** The agent works. */
    AGENT_RUNNING,
    /** Bringing the work back. */
    SYNC_OUT,
    /** Over: the outcome is stored. */
    DONE;

    /** The name in JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
