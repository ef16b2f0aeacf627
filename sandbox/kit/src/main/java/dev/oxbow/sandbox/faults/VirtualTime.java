package dev.oxbow.sandbox.faults;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.oxbow.base.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Time that passes only when somebody sleeps, a fault takes its time, or the test says so. Hours go
 * by in no time and in the same order each time. Safe for concurrent use.
 */
public final class VirtualTime implements TimeSource {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private Duration elapsed = Duration.ZERO;
    private final List<Duration> deadlines = new ArrayList<>();
    private Instant wall = Instant.parse("2026-03-01T14:02:00Z");

    @Override
    public long nanos() {
        return elapsed().toNanos();
    }

    @Override
    public Instant now() {
        lock.lock();
        try {
            return wall;
        } finally {
            lock.unlock();
        }
    }

    /** What has passed since this was made. */
    public Duration elapsed() {
        lock.lock();
        try {
            return elapsed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets time pass, on both clocks.
     *
     * @return whether somebody's patience in {@link #await} has come to its end by it
     */
    @CanIgnoreReturnValue
    public boolean advance(Duration by) {
        lock.lock();
        try {
            elapsed = elapsed.plus(by);
            wall = wall.plus(by);
            moved.signalAll();
            return deadlines.stream().anyMatch(end -> end.compareTo(elapsed) <= 0);
        } finally {
            lock.unlock();
        }
    }

    /** Sets the time of day forward or back, as a user or a time server may; no time passes. */
    public void jump(Duration by) {
        lock.lock();
        try {
            wall = wall.plus(by);
        } finally {
            lock.unlock();
        }
    }

    /** Passes the time at once. */
    @Override
    public void sleep(Duration time) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        advance(time);
    }

    @Override
    public boolean await(Runnable start, CompletableFuture<?> done, Duration atMost)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Duration end = elapsed.plus(atMost);
            deadlines.add(end);
            start.run();
            var _ = done.whenComplete((_, _) -> wake());
            try {
                while (!done.isDone() && elapsed.compareTo(end) < 0) {
                    // The bound is for a wake-up that came before this waits.
                    var _ = moved.await(10, TimeUnit.MILLISECONDS);
                }
            } finally {
                deadlines.remove(end);
            }
            return done.isDone();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
