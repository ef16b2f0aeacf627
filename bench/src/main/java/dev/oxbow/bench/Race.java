package dev.oxbow.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs several subjects in turn, A B C A B C …, so that whatever the machine does meanwhile meets
 * all of them.
 *
 * @param title what is measured
 * @param warmup rounds that are not counted
 * @param rounds rounds that are
 * @param target the figure to be reached by the first subject's median, for the table; empty if
 *     none
 */
record Race(String title, int warmup, int rounds, String target) {

    /** Runs the race; the first subject is ours, the others are what it is compared with. */
    Result run(List<Subject> subjects, PrintStream progress) {
        progress.printf("%s: %d rounds of %d subjects%n", title, rounds, subjects.size());
        List<long[]> nanos = new ArrayList<>();
        int[] taken = new int[subjects.size()];
        int[] failed = new int[subjects.size()];
        subjects.forEach(_ -> nanos.add(new long[rounds]));
        for (int round = -warmup; round < rounds; round++) {
            for (int i = 0; i < subjects.size(); i++) {
                long time = time(subjects.get(i), progress);
                if (round < 0) {
                    continue;
                }
                if (time < 0) {
                    failed[i]++;
                } else {
                    nanos.get(i)[taken[i]++] = time;
                }
            }
        }
        List<Samples> samples = new ArrayList<>();
        for (int i = 0; i < subjects.size(); i++) {
            long[] kept = java.util.Arrays.copyOf(nanos.get(i), taken[i]);
            samples.add(new Samples(subjects.get(i).name(), kept, failed[i]));
        }
        return new Result(title, target, samples);
    }

    private static long time(Subject subject, PrintStream progress) {
        long elapsed = -1;
        try {
            subject.before();
            long start = System.nanoTime();
            subject.once();
            elapsed = System.nanoTime() - start;
        } catch (Exception e) {
            progress.printf("  %s failed: %s%n", subject.name(), e);
        }
        try {
            subject.after();
        } catch (Exception e) {
            progress.printf("  cleaning up after %s failed: %s%n", subject.name(), e);
        }
        return elapsed;
    }

    /**
     * What came out.
     *
     * @param title what was measured
     * @param target the figure to be reached
     * @param samples one per subject, ours first
     */
    record Result(String title, String target, List<Samples> samples) {}
}
