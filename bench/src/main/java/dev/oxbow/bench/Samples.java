package dev.oxbow.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What was measured of one subject, in the order it was taken.
 *
 * @param subject its name
 * @param tier what stands between it and the machine, such as {@code namespace}
 * @param unit of the values
 * @param values one per successful iteration
 * @param failures why the others did not succeed, one each; they are counted and never repeated
 * @param missing why it took no part; empty if it did
 * @param waves how each wave of a staggered start or a burst went; else none
 */
record Samples(
        String subject,
        String tier,
        Unit unit,
        double[] values,
        List<String> failures,
        Optional<String> missing,
        List<Wave> waves) {
    /** Share of the successful iterations that is left out at each end. */
    private static final double TRIMMED = 0.05;

    Samples {
        failures = List.copyOf(failures);
        waves = List.copyOf(waves);
    }

    /** Of a subject that took part. */
    static Samples of(
            String subject, String tier, Unit unit, double[] values, List<String> failures) {
        return new Samples(subject, tier, unit, values, failures, Optional.empty(), List.of());
    }

    /** Of one that is not to be had here. */
    static Samples missing(String subject, String tier, Unit unit, String why) {
        return new Samples(
                subject, tier, unit, new double[0], List.of(), Optional.of(why), List.of());
    }

    /** The same with the waves that the values come from. */
    Samples in(List<Wave> those) {
        return new Samples(subject, tier, unit, values, failures, missing, those);
    }

    /** The same by another name. */
    Samples called(String name) {
        return new Samples(name, tier, unit, values, failures, missing, waves);
    }

    /**
     * The value below which that share of the values lies, by nearest rank, after the best and the
     * worst twentieth are left out; not a number if there is none.
     */
    double percentile(double share) {
        double[] sorted = sorted();
        int cut = (int) (TRIMMED * sorted.length);
        return rank(Arrays.copyOfRange(sorted, cut, sorted.length - cut), share);
    }

    /** The middle of the trimmed values. */
    double median() {
        return percentile(0.5);
    }

    /** The trimmed value that only one of a hundred is worse than. */
    double tail() {
        return percentile(unit.moreIsBetter() ? 0.01 : 0.99);
    }

    /** The worst of all values, none left out. */
    double worst() {
        return rank(sorted(), unit.moreIsBetter() ? 0 : 1);
    }

    /** The best of all values, none left out. */
    double best() {
        return rank(sorted(), unit.moreIsBetter() ? 1 : 0);
    }

    private double[] sorted() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private static double rank(double[] sorted, double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    /** Share of the iterations that succeeded, 0 to 1. */
    double successRate() {
        int all = values.length + failures.size();
        return all == 0 ? 0 : values.length / (double) all;
    }

    /**
     * Between 0 and 100: each of median, 95th and 99th percentile against ten seconds, weighted,
     * times the share of successes.
     */
    double score() {
        if (values.length == 0) {
            return 0;
        }
        double timing =
                0.60 * against(median())
                        + 0.25 * against(percentile(0.95))
                        + 0.15 * against(tail());
        return timing * successRate();
    }

    private static double against(double millis) {
        return Math.max(0, 100 * (1 - millis / 10_000));
    }
}
