package dev.oxbow.bench;

import java.util.List;

/**
 * Many sandboxes begun together or one shortly after the other.
 *
 * @param concurrency how many
 * @param staggerDelayMs time between two beginnings; 0 for all at once
 * @param wallClockMs from the first call to the last answer
 * @param timeToFirstReadyMs from the first call to the first answer
 * @param rampProfile the successful ones, in order of their beginnings
 */
record Wave(
        int concurrency,
        long staggerDelayMs,
        double wallClockMs,
        double timeToFirstReadyMs,
        List<Step> rampProfile) {
    Wave {
        rampProfile = List.copyOf(rampProfile);
    }

    /**
     * One of them, in milliseconds since the wave began.
     *
     * @param launchedAt when it was asked for
     * @param readyAt when it answered
     * @param ttiMs the difference
     */
    record Step(double launchedAt, double readyAt, double ttiMs) {}
}
