package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import java.util.Optional;
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

    /** Between two looks of somebody who is told: seldom enough to cost nothing. */
    private static final long LOOK_NANOS = 20_000_000L;

    private final Optional<Notices.Ear> ear;
    private long quietSince = System.nanoTime();

    Waiting() {
        ear = Optional.empty();
    }

    /** Ends its naps when a notice comes. */
    Waiting(Notices.Ear ear) {
        this.ear = Optional.of(ear);
    }

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
        if (ear.isPresent()) {
            Optional<String> unusedTheFilesTell =
                    ear.get().await(deadline, Math.max(LOOK_NANOS, NAP_NANOS[step]));
            return;
        }
        LockSupport.parkNanos(Math.min(NAP_NANOS[step], deadline.remainingNanos()));
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
