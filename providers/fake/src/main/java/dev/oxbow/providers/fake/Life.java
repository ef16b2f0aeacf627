package dev.oxbow.providers.fake;

import dev.oxbow.sandbox.Lifetime;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The clocks of one fake sandbox, and the gate at which its programs stand while it is paused. */
final class Life {
    private final LongSupplier nanos;
    private Lifetime lifetime;
    private long since;
    private long active;
    private boolean still;

    /**
     * That of a new sandbox.
     *
     * @param nanos a clock that only goes forward
     */
    Life(Lifetime lifetime, LongSupplier nanos) {
        this.nanos = nanos;
        this.lifetime = lifetime;
        this.since = nanos.getAsLong();
        this.active = since;
    }

    synchronized Lifetime lifetime() {
        return lifetime;
    }

    synchronized void setLifetime(Lifetime value) {
        lifetime = value;
        since = nanos.getAsLong();
    }

    synchronized void note() {
        active = nanos.getAsLong();
    }

    synchronized void touch() {
        note();
        since = active;
    }

    synchronized Duration idle() {
        return Duration.ofNanos(nanos.getAsLong() - active);
    }

    synchronized Optional<Duration> timeLeft() {
        return lifetime.ttl()
                .map(ttl -> {
                    Duration left = ttl.minusNanos(nanos.getAsLong() - since);
                    return left.isNegative() ? Duration.ZERO : left;
                });
    }

    synchronized void stand(boolean value) {
        still = value;
        notifyAll();
    }

    /** Where a program waits while it shall stand still; one that is ended waits no more. */
    synchronized void pass() {
        try {
            while (still) {
                wait();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
