package dev.oxbow.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A figure to be reached.
 *
 * @param text as the table says it; empty if there is none
 * @param reached tells from the subjects of a row, ours first
 */
record Target(String text, Predicate<List<Samples>> reached) {
    /** Nothing is asked for. */
    static final Target NONE = new Target("", _ -> false);

    /** A median of at most so many milliseconds. */
    static Target median(double most) {
        return new Target("p50 ≤ " + plain(most), all -> all.getFirst().median() <= most);
    }

    /** A median and a 99th percentile. */
    static Target medianAndTail(double median, double tail) {
        return new Target(
                "p50 ≤ %s, p99 ≤ %s".formatted(plain(median), plain(tail)),
                all -> all.getFirst().median() <= median && all.getFirst().tail() <= tail);
    }

    /** One figure of at most so much. */
    static Target most(double most) {
        return new Target("≤ " + plain(most), all -> all.getFirst().median() <= most);
    }

    /** A 99th percentile. */
    static Target tail(double tail) {
        return new Target("p99 ≤ " + plain(tail), all -> all.getFirst().tail() <= tail);
    }

    /** A median of at least so many per second. */
    static Target rate(double least) {
        return new Target("≥ " + plain(least), all -> all.getFirst().median() >= least);
    }

    /** At most so many times the second subject, and less than the third. */
    static Target besideTwo(double times, String text) {
        return new Target(
                text,
                all ->
                        all.getFirst().median() <= times * all.get(1).median()
                                && all.getFirst().median() < all.get(2).median());
    }

    /** Whether it was reached, without a failure of ours; empty if nothing was asked for. */
    Optional<Boolean> judge(List<Samples> samples) {
        Samples ours = samples.getFirst();
        if (text.isEmpty() || ours.missing().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(ours.failures().isEmpty() && reached.test(samples));
    }

    private static String plain(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }
}
