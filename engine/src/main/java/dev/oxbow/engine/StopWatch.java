package dev.oxbow.engine;

import dev.oxbow.engine.RunProgress.StopCause;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Watches the clocks of a working agent: the whole time it works, and how long it has been silent.
 * The silence does not count while a tool call is open, because some agents say nothing during a
 * long command.
 */
final class StopWatch {
    /** Silence after which a notice is due if no deadline is set. */
    static final Duration WARN_AFTER = Duration.ofMinutes(10);

    private final Duration timeout;
    private final Optional<Duration> idleTimeout;
    private final LongSupplier nanoTime;
    private final long wallEnd;
    private long lastSign;
    private boolean warned;

    /**
     * A watch for an agent that has worked for a while already.
     *
     * @param worked how long
     * @param nanoTime a monotonic clock
     */
    StopWatch(
            Duration timeout,
            Optional<Duration> idleTimeout,
            Duration worked,
            LongSupplier nanoTime) {
        this.timeout = timeout;
        this.idleTimeout = idleTimeout;
        this.nanoTime = nanoTime;
        this.lastSign = nanoTime.getAsLong();
        this.wallEnd = lastSign + timeout.minus(worked).toNanos();
    }

    /** The agent gave a sign of life. */
    void sign() {
        lastSign = nanoTime.getAsLong();
        warned = false;
    }

    /** Which deadline has come, if any. */
    Optional<StopCause> due(boolean toolOpen) {
        long now = nanoTime.getAsLong();
        if (now - wallEnd >= 0) {
            return Optional.of(StopCause.WALL);
        }
        if (toolOpen) {
            lastSign = now;
        }
        boolean idle = idleTimeout.isPresent() && now - lastSign >= idleTimeout.get().toNanos();
        return idle ? Optional.of(StopCause.IDLE) : Optional.empty();
    }

    /** Whether a notice about silence is due; true once per silence. */
    boolean warningDue() {
        boolean due =
                !warned
                        && idleTimeout.isEmpty()
                        && nanoTime.getAsLong() - lastSign >= WARN_AFTER.toNanos();
        warned |= due;
        return due;
    }

    /** What came, in words. */
    String message(StopCause cause) {
        return switch (cause) {
            case WALL -> "stopped after " + words(timeout);
            case IDLE -> "no output for " + words(idleTimeout.orElse(Duration.ZERO));
            case CANCEL -> "cancelled";
        };
    }

    private static String words(Duration d) {
        return d.toSeconds() >= 120 && d.toSecondsPart() == 0
                ? d.toMinutes() + " min"
                : d.toMillis() % 1000 == 0 ? d.toSeconds() + " s" : d.toMillis() + " ms";
    }
}
