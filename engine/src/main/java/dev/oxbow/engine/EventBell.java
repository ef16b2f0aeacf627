package dev.oxbow.engine;

import dev.oxbow.base.Deadline;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes those who follow a run in this process when something was stored. Followers of other
 * processes' runs look for themselves every now and then.
 */
final class EventBell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private long count;

    /** How often it has rung. */
    long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    void ring() {
        lock.lock();
        try {
            count++;
            rung.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it has rung after the count was {@code seen}, or until the deadline. */
    void await(long seen, Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (count == seen) {
                long nanos = deadline.remainingNanos();
                if (nanos <= 0 || rung.awaitNanos(Math.min(nanos, DAY)) <= 0) {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static final long DAY = TimeUnit.DAYS.toNanos(1);
}
