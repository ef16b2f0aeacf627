package dev.oxbow.bench;

import java.util.Arrays;

/**
 * The times of one subject, in the order they were taken.
 *
 * @param name the subject
 * @param nanos one entry per successful iteration, nanoseconds
 * @param failures iterations that did not succeed; they are counted and never repeated
 */
record Samples(String name, long[] nanos, int failures) {

    /** The value below which that share of the samples lies (nearest rank), in milliseconds. */
    double percentileMillis(double share) {
        if (nanos.length == 0) {
            return Double.NaN;
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(0, rank - 1)] / 1e6;
    }

    /** Share of the iterations that succeeded, 0 to 1. */
    double successRate() {
        int all = nanos.length + failures;
        return all == 0 ? 0 : nanos.length / (double) all;
    }
}
