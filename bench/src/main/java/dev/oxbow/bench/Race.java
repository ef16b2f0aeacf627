package dev.oxbow.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Runs several subjects in turn, in another order each round, so that whatever the machine does
 * meanwhile meets all of them.
 *
 * @param title what is measured
 * @param mode its name in the raw file
 * @param method how, in a sentence
 * @param target what the first subject is to reach
 * @param unit milliseconds, scored or not
 * @param warmup rounds that are not counted
 * @param rounds rounds that are
 * @param patience a subject that has taken that long in all, with its preparations, sits out the
 *     rounds that are left
 */
record Race(
        String title,
        String mode,
        String method,
        Target target,
        Unit unit,
        int warmup,
        int rounds,
        Duration patience) {
    /** Ours may take longer than the others: it is what this is about. */
    private static final int OURS = 6;

    /** A race that is not scored. */
    static Race of(
            String title,
            String mode,
            String method,
            Target target,
            int rounds,
            Duration patience) {
        return new Race(
                title,
                mode,
                method,
                target,
                Unit.MILLIS,
                Math.min(5, 1 + rounds / 10),
                rounds,
                patience);
    }

    /** Runs it; the first subject is ours, the others are what it is compared with. */
    Row run(List<Subject> subjects, PrintStream progress) {
        progress.printf("%s: %d rounds of %d subjects%n", title, rounds, subjects.size());
        List<Runner> runners = new ArrayList<>();
        for (Subject subject : subjects) {
            long most = patience.toNanos() * (runners.isEmpty() ? OURS : 1);
            runners.add(new Runner(subject, most, progress));
        }
        Random random = new Random(7);
        List<Runner> order = new ArrayList<>(runners);
        for (int round = -warmup; round < rounds; round++) {
            if (round == 0) {
                runners.forEach(Runner::begin);
            }
            Collections.shuffle(order, random);
            for (Runner runner : order) {
                runner.take(round >= 0);
            }
        }
        return new Row(
                title,
                mode,
                method,
                target,
                runners.stream().map(runner -> runner.samples(unit)).toList());
    }

    /** One subject on its way. */
    private static final class Runner {
        private final Subject subject;
        private final PrintStream progress;
        private final List<Double> millis = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
        private final long most;
        private long left;

        Runner(Subject subject, long most, PrintStream progress) {
            this.subject = subject;
            this.most = most;
            this.left = most;
            this.progress = progress;
        }

        /** What the warm-up took is forgotten: everybody is measured once at least. */
        void begin() {
            left = most;
        }

        void take(boolean counts) {
            if (left <= 0) {
                return;
            }
            long begun = System.nanoTime();
            try {
                subject.before();
                long start = System.nanoTime();
                subject.once();
                double elapsed = (System.nanoTime() - start) / 1e6;
                subject.verify();
                if (counts) {
                    millis.add(elapsed);
                }
            } catch (Exception e) {
                progress.printf("  %s failed: %s%n", subject.name(), e);
                if (counts) {
                    failures.add(String.valueOf(e.getMessage()));
                }
            }
            try {
                subject.after();
            } catch (Exception e) {
                progress.printf("  cleaning up after %s failed: %s%n", subject.name(), e);
            }
            left -= System.nanoTime() - begun;
        }

        Samples samples(Unit unit) {
            return Samples.of(
                    subject.name(),
                    subject.tier(),
                    unit,
                    millis.stream().mapToDouble(Double::doubleValue).toArray(),
                    failures);
        }
    }
}
