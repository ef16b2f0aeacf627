package dev.oxbow.base;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A first-in first-out queue between one or more writers and readers, with a bound and a stated
 * rule for what happens at the bound.
 *
 * <p>Safe for concurrent use; waiting works on virtual threads. Elements are never null.
 *
 * @param <T> what is queued
 */
public final class BoundedQueue<T> {
    /** What {@link #put} does when the queue is full. */
    public enum Overflow {
        /** Waits for room: the writer is slowed down, nothing is lost. */
        WAIT,
        /** Drops the oldest element and counts it: the writer is never slowed down. */
        DROP_OLDEST
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<T> elements = new ArrayDeque<>();
    private final int capacity;
    private final Overflow overflow;
    private long dropped;
    private boolean closed;

    /**
     * An empty queue.
     *
     * @param capacity the most elements held, at least 1
     * @param overflow what happens beyond it
     */
    public BoundedQueue(int capacity, Overflow overflow) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1: " + capacity);
        }
        this.capacity = capacity;
        this.overflow = overflow;
    }

    /**
     * Adds an element by the queue's overflow rule.
     *
     * @return false if the queue is closed and the element was not taken
     * @throws InterruptedException while waiting for room
     */
    public boolean put(T element) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && elements.size() == capacity) {
                switch (overflow) {
                    case WAIT -> changed.await();
                    case DROP_OLDEST -> {
                        elements.removeFirst();
                        dropped++;
                    }
                }
            }
            if (closed) {
                return false;
            }
            elements.addLast(element);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the oldest element, waiting for one until the deadline.
     *
     * @return empty if the deadline came, or if the queue is closed and drained
     * @throws InterruptedException while waiting
     */
    public Optional<T> take(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (elements.isEmpty() && !closed) {
                long nanos = deadline.remainingNanos();
                if (nanos <= 0) {
                    return Optional.empty();
                }
                boolean unusedSignal = changed.await(nanos, TimeUnit.NANOSECONDS);
            }
            Optional<T> first = Optional.ofNullable(elements.pollFirst());
            changed.signalAll();
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Lets readers drain what is there and refuses more; wakes every waiter. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the queue is closed and nothing is left in it. */
    public boolean finished() {
        lock.lock();
        try {
            return closed && elements.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** How many elements were dropped since the last call. */
    public long takeDropped() {
        lock.lock();
        try {
            long count = dropped;
            dropped = 0;
            return count;
        } finally {
            lock.unlock();
        }
    }
}
