package dev.oxbow.resilience;

import java.time.Duration;

/** Times for people. */
final class InWords {
    private InWords() {}

    /** Whole seconds, rounded up, or minutes if they come out even. */
    static String of(Duration time) {
        long seconds = time.plusNanos(999_999_999).toSeconds();
        return seconds >= 120 && seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
