package dev.oxbow.environment;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How far out this machine may talk. */
public enum Network {
    /** Anywhere. */
    OPEN,
    /** Only to named hosts: nothing is asked that would only fail. */
    ALLOWLIST,
    /** Through a proxy. */
    PROXIED,
    /** To nobody: no socket is opened at all. */
    OFFLINE;

    /** The word in variables and JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
