package dev.oxbow.engine;

import java.time.Duration;

/** Spans of time in words for people. */
final class Spans {
    private Spans() {}

    /** Such as {@code 26 h}, {@code 15 min} or {@code 3 s}. */
    static String text(Duration span) {
        if (span.toHours() >= 2) {
            return span.toHours() + " h";
        }
        return span.toMinutes() >= 2 ? span.toMinutes() + " min" : span.toSeconds() + " s";
    }
}
