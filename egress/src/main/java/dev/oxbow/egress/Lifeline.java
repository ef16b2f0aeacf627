package dev.oxbow.egress;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What keeps one connection alive, and the one way to end it from outside: closing its channels,
 * which wakes whoever waits on them. Safe for concurrent use.
 */
final class Lifeline {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Closeable> held = new ArrayList<>();
    private volatile long expiresAt = System.nanoTime() + Duration.ofDays(1).toNanos();
    private volatile long idleNanos;
    private volatile Optional<EgressReason> cause = Optional.empty();
    private volatile boolean closed;

    /** Ties a channel to this connection; closes it at once if the connection has been cut. */
    <T extends Closeable> T hold(T channel) throws IOException {
        lock.lock();
        try {
            if (!closed) {
                held.add(channel);
                return channel;
            }
        } finally {
            lock.unlock();
        }
        channel.close();
        throw new IOException("the connection was cut");
    }

    /** From now on everything must be done within this time, whatever moves. */
    void within(Duration time) {
        idleNanos = 0;
        expiresAt = System.nanoTime() + time.toNanos();
    }

    /** From now on only silence ends the connection. */
    void idle(Duration time) {
        idleNanos = time.toNanos();
        expiresAt = System.nanoTime() + idleNanos;
    }

    /** Something moved. */
    void touch() {
        long idle = idleNanos;
        if (idle > 0) {
            expiresAt = System.nanoTime() + idle;
        }
    }

    boolean expired() {
        return System.nanoTime() - expiresAt > 0;
    }

    /** Ends the connection for a reason; the first reason stays. */
    void cut(EgressReason reason) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            cause = Optional.of(reason);
        } finally {
            lock.unlock();
        }
        close();
    }

    /** Why it was cut from outside; empty if it was not. */
    Optional<EgressReason> cause() {
        return cause;
    }

    /** Closes all channels. Idempotent. */
    void close() {
        List<Closeable> channels;
        lock.lock();
        try {
            closed = true;
            channels = List.copyOf(held);
            held.clear();
        } finally {
            lock.unlock();
        }
        for (Closeable channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
