package dev.oxbow.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a checkpoint was taken. All but those of users are cleared away in time. */
public enum CheckpointOrigin {
    /** Somebody asked for it; it stays until somebody removes it. */
    USER,
    /** A run was about to start its agent. */
    BEFORE_RUN,
    /** A turn of an agent had changed files. */
    AFTER_TURN,
    /** The sandbox was about to go back to an older one. */
    BEFORE_ROLLBACK,
    /** A running sandbox was to be forked. */
    FORK;

    /** The name in JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether Oxbow took it by itself. */
    public boolean automatic() {
        return this != USER;
    }
}
