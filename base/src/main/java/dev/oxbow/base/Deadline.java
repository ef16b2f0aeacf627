package dev.oxbow.base;

import java.time.Duration;

/**
 * A moment on the monotonic clock after which an operation is given up.
 *
 * <p>Made once at the edge and handed down, so that nested waits share one budget. The wall clock
 * has no influence: it may jump.
 */
public final class Deadline {
    private static final Deadline NEVER = new Deadline(0, true);

    private final long nanoTime;
    private final boolean never;

    private Deadline(long nanoTime, boolean never) {
        this.nanoTime = nanoTime;
        this.never = never;
    }

    /** A deadline that far from now; a zero or negative duration has expired already. */
    public static Deadline in(Duration duration) {
        long nanos;
        try {
            nanos = duration.toNanos();
        } catch (ArithmeticException tooFar) {
            return NEVER;
        }
        // Half the range keeps the subtraction in remaining() from wrapping around.
        return nanos >= Long.MAX_VALUE / 2 ? NEVER : new Deadline(System.nanoTime() + nanos, false);
    }

    /** A deadline that does not come. */
    public static Deadline never() {
        return NEVER;
    }

    /** Time left; zero once expired, {@link Long#MAX_VALUE} nanoseconds if it never comes. */
    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    /** As {@link #remaining()}, in nanoseconds. */
    public long remainingNanos() {
        return never ? Long.MAX_VALUE : Math.max(0, nanoTime - System.nanoTime());
    }

    /** Whether the moment has come. */
    public boolean expired() {
        return remainingNanos() == 0;
    }

    /** The earlier of this deadline and one that far from now. */
    public Deadline orIn(Duration duration) {
        Deadline other = in(duration);
        return other.remainingNanos() < remainingNanos() ? other : this;
    }

    @Override
    public String toString() {
        return never ? "never" : "in " + remaining();
    }
}
