package dev.oxbow.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** Starts that overlap. */
final class Waves {
    private static final int REMOVERS = 4;

    private Waves() {}

    /**
     * Runs waves of starts of one subject.
     *
     * @param many starts in a wave
     * @param stagger time between two of them; zero for all at once
     * @param waves at most
     * @param patience no further wave is begun after that
     * @return the times of all starts of all waves
     */
    static Samples run(
            Starts starts, int many, Duration stagger, int waves, Duration patience, Course course)
            throws InterruptedException {
        course.progress()
                .printf(
                        "%d %s, %d ms apart, up to %d waves%n",
                        many, starts.name(), stagger.toMillis(), waves);
        List<Wave> made = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        long begun = System.nanoTime();
        while (made.size() < waves
                && (made.isEmpty() || System.nanoTime() - begun < patience.toNanos())) {
            made.add(one(starts, many, stagger, failures, course));
        }
        double[] values =
                made.stream()
                        .flatMap(wave -> wave.rampProfile().stream())
                        .mapToDouble(Wave.Step::ttiMs)
                        .toArray();
        return Samples.of(starts.name(), starts.tier(), Unit.TTI, values, failures).in(made);
    }

    private static Wave one(
            Starts starts, int many, Duration stagger, List<String> failures, Course course)
            throws InterruptedException {
        List<Starts.Start> all = new ArrayList<>();
        List<Future<Optional<Wave.Step>>> each = new ArrayList<>();
        List<Wave.Step> steps = new ArrayList<>();
        // Reading a child's pipe would hold the carrier of a virtual thread.
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            long origin = System.nanoTime();
            for (int i = 0; i < many; i++) {
                Starts.Start start = starts.next();
                all.add(start);
                long due = origin + i * stagger.toNanos();
                each.add(threads.submit(() -> step(start, origin, due, failures, course)));
            }
            for (Future<Optional<Wave.Step>> one : each) {
                try {
                    one.get().ifPresent(steps::add);
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        removeAll(starts, all, course);
        return new Wave(
                many,
                stagger.toMillis(),
                steps.stream().mapToDouble(Wave.Step::readyAt).max().orElse(0),
                steps.stream().mapToDouble(Wave.Step::readyAt).min().orElse(0),
                steps.stream().sorted(Comparator.comparingDouble(Wave.Step::launchedAt)).toList());
    }

    private static void removeAll(Starts starts, List<Starts.Start> all, Course course) {
        try (ExecutorService threads = Executors.newFixedThreadPool(REMOVERS)) {
            for (Starts.Start start : all) {
                threads.execute(() -> {
                    try {
                        start.remove();
                    } catch (Exception e) {
                        course.progress()
                                .printf("  cleaning up after %s failed: %s%n", starts.name(), e);
                    }
                });
            }
        }
    }

    private static Optional<Wave.Step> step(
            Starts.Start start, long origin, long due, List<String> failures, Course course) {
        while (System.nanoTime() < due) {
            LockSupport.parkNanos(due - System.nanoTime());
        }
        long launched = System.nanoTime();
        try {
            start.untilOutput();
            long ready = System.nanoTime();
            start.verify();
            return Optional.of(
                    new Wave.Step(
                            (launched - origin) / 1e6,
                            (ready - origin) / 1e6,
                            (ready - launched) / 1e6));
        } catch (Exception e) {
            course.progress().printf("  failed: %s%n", e);
            synchronized (failures) {
                failures.add(String.valueOf(e.getMessage()));
            }
            return Optional.empty();
        }
    }

    /** How long each wave took as a whole; one with a failure in it counts as failed. */
    static Samples wallClocks(Samples each) {
        if (each.missing().isPresent()) {
            return Samples.missing(each.subject(), each.tier(), Unit.MILLIS, each.missing().get());
        }
        List<String> failures = new ArrayList<>();
        List<Double> walls = new ArrayList<>();
        for (Wave wave : each.waves()) {
            int lost = wave.concurrency() - wave.rampProfile().size();
            if (lost == 0) {
                walls.add(wave.wallClockMs());
            } else {
                failures.add(lost + " of " + wave.concurrency() + " failed");
            }
        }
        return Samples.of(
                each.subject(),
                each.tier(),
                Unit.MILLIS,
                walls.stream().mapToDouble(Double::doubleValue).toArray(),
                failures);
    }
}
