package dev.oxbow.environment;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How long this environment will live, as far as anybody knows. */
public enum Lifetime {
    /** For as long as its user wants. */
    PERSISTENT,
    /** A working session. */
    HOURS,
    /** One job. */
    MINUTES;

    /** The word in JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
