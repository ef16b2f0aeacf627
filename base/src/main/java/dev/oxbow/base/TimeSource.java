package dev.oxbow.base;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Where patience gets its time from: the machine's clocks, or one that a test moves.
 *
 * <p>Deadlines and back-off are counted in {@link #nanos}, which nobody can set; {@link #now} is
 * for people only, because it may jump.
 */
public interface TimeSource {

    /** Nanoseconds on a clock that only goes forward; only differences mean something. */
    long nanos();

    /** The time of day, to be shown. */
    Instant now();

    /**
     * Waits that long.
     *
     * @throws InterruptedException while waiting
     */
    void sleep(Duration time) throws InterruptedException;

    /**
     * Starts something and waits for it to be done, well or not.
     *
     * @param start begins it, elsewhere; the time counts from before this is called
     * @param done is completed at its end
     * @return false if the time was up first
     * @throws InterruptedException while waiting
     */
    boolean await(Runnable start, CompletableFuture<?> done, Duration atMost)
            throws InterruptedException;

    /** The clocks of this machine. */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }
}
