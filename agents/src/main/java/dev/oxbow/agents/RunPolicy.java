package dev.oxbow.agents;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What an agent may do in a run, within the walls around it; no policy changes the walls. */
public enum RunPolicy {
    /** Reads; changes nothing. */
    READ_ONLY,
    /** Changes files of the workspace and runs commands; the default. */
    SANDBOXED,
    /**
     * As {@link #SANDBOXED} with every check of the agent off, also for files beyond the workspace.
     */
    DANGER,
    /** As {@link #DANGER} with what the operator's own file grants. */
    PRIVILEGED;

    /** The word used in JSON and on the command line. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
