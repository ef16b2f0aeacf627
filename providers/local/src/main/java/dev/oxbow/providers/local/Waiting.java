package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import java.util.concurrent.locks.LockSupport;

/**
 * Naps between two looks at a file: short while things happen, longer the longer nothing does, so
 * that a thousand idle watchers cost next to nothing and a busy one sees news at once.
 */
final class Waiting {
    private static final long[] AFTER_NANOS = {
        5_000_000L, 100_000_000L, 3_000_000_000L, 30_000_000_000L
    };
    private static final long[] NAP_NANOS = {
        200_000L, 1_000_000L, 2_000_000L, 10_000_000L, 50_000_000L
    };

    private long quietSince = System.nanoTime();

    /** Something happened. */
    void reset() {
        quietSince = System.nanoTime();
    }

    /** Naps once, not beyond the deadline. */
    void nap(Deadline deadline) throws InterruptedException {
        long quiet = System.nanoTime() - quietSince;
        int step = 0;
        while (step < AFTER_NANOS.length && quiet > AFTER_NANOS[step]) {
            step++;
        }
        LockSupport.parkNanos(Math.min(NAP_NANOS[step], deadline.remainingNanos()));
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
