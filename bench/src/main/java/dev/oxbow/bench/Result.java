package dev.oxbow.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured of one subject in one row, as it stands in the raw file. The first names are
 * those that ComputeSDK's benchmarks use; the others are ours.
 *
 * @param provider the subject
 * @param mode {@code sequential}, {@code staggered}, {@code burst}, or the name of another row
 * @param skipped whether it took no part
 * @param skipReason why not
 * @param iterations each value by the key of its unit, or an error
 * @param summary by the key of the unit; empty if nothing succeeded
 * @param compositeScore 0 to 100; of starts only
 * @param successRate 0 to 1
 * @param concurrency size of a wave
 * @param staggerDelayMs between two beginnings of a wave
 * @param wallClockMs median of the waves
 * @param timeToFirstReadyMs median of the waves
 * @param rampProfile of the first wave
 * @param part of the benchmark
 * @param row its title
 * @param ours whether it is what the target is asked of
 * @param tier what stands between the subject and the machine
 * @param unit of the values
 * @param target as text; empty if there is none
 * @param targetReached by ours
 * @param method how it was measured
 * @param takenAt when the part ended
 * @param loadAverage of the machine when the part began
 */
record Result(
        String provider,
        String mode,
        boolean skipped,
        Optional<String> skipReason,
        List<Map<String, Object>> iterations,
        Map<String, Stats> summary,
        Optional<Double> compositeScore,
        double successRate,
        Optional<Integer> concurrency,
        Optional<Long> staggerDelayMs,
        Optional<Double> wallClockMs,
        Optional<Double> timeToFirstReadyMs,
        Optional<List<Wave.Step>> rampProfile,
        String part,
        String row,
        boolean ours,
        String tier,
        Unit unit,
        String target,
        Optional<Boolean> targetReached,
        String method,
        Instant takenAt,
        String loadAverage) {

    /**
     * Some figures of a list of values.
     *
     * @param median of the trimmed ones
     * @param p95 of the trimmed ones
     * @param p99 of the trimmed ones; where more is better, the one that only 1 % are below
     * @param min of all
     * @param max of all
     */
    record Stats(double median, double p95, double p99, double min, double max) {}

    /** All results of a row. */
    static List<Result> of(String part, Row row, Instant takenAt, String load) {
        List<Result> results = new ArrayList<>();
        for (Samples samples : row.samples()) {
            results.add(of(part, row, samples, results.isEmpty(), takenAt, load));
        }
        return results;
    }

    private static Result of(
            String part, Row row, Samples s, boolean ours, Instant takenAt, String load) {
        boolean scored = s.unit() == Unit.TTI && s.missing().isEmpty();
        Optional<Wave> wave = s.waves().stream().findFirst();
        return new Result(
                s.subject(),
                row.mode(),
                s.missing().isPresent(),
                s.missing(),
                iterations(s),
                s.values().length == 0 ? Map.of() : Map.of(s.unit().key(), stats(s)),
                scored ? Optional.of(s.score()) : Optional.empty(),
                s.successRate(),
                wave.map(Wave::concurrency),
                wave.map(Wave::staggerDelayMs),
                middle(s.waves().stream().map(Wave::wallClockMs).toList()),
                middle(s.waves().stream().map(Wave::timeToFirstReadyMs).toList()),
                wave.map(Wave::rampProfile),
                part,
                row.title(),
                ours,
                s.tier(),
                s.unit(),
                row.target().text(),
                ours ? row.target().judge(row.samples()) : Optional.empty(),
                row.method(),
                takenAt,
                load);
    }

    private static List<Map<String, Object>> iterations(Samples s) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (double value : s.values()) {
            all.add(Map.of(s.unit().key(), Math.round(value * 1000) / 1000.0));
        }
        for (String error : s.failures()) {
            all.add(Map.of(s.unit().key(), 0, "error", error));
        }
        return all;
    }

    private static Stats stats(Samples s) {
        return new Stats(
                s.median(),
                s.percentile(0.95),
                s.tail(),
                Math.min(s.best(), s.worst()),
                Math.max(s.best(), s.worst()));
    }

    private static Optional<Double> middle(List<Double> values) {
        return values.stream()
                .sorted(Comparator.naturalOrder())
                .skip((values.size() - 1) / 2)
                .findFirst();
    }

    /** The figures; empty if there is none. */
    Optional<Stats> stats() {
        return Optional.ofNullable(summary.get(unit.key()));
    }
}
