package dev.oxbow.providers.local;

import java.util.Objects;

/** The cause of a failure in a few words, for the end of a message. */
final class Why {
    private Why() {}

    static String of(Exception e) {
        String kind = e.getClass().getSimpleName().replace("Exception", "");
        return kind + ": " + Objects.requireNonNullElse(e.getMessage(), "no detail");
    }
}
