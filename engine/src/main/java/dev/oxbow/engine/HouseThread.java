package dev.oxbow.engine;

import dev.oxbow.base.OxException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps house in the background of whatever this process is for, a round each minute. What it
 * leaves half-way when the process ends, the next round of any process takes up.
 */
final class HouseThread implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Starts it.
     *
     * @param round one round
     * @param failed hears of a round that could not be begun
     */
    HouseThread(Runnable round, Consumer<OxException> failed) {
        thread =
                Thread.ofPlatform()
                        .name("oxbow-housekeeping")
                        .daemon(true)
                        .start(() -> keep(round, failed));
    }

    private void keep(Runnable round, Consumer<OxException> failed) {
        try {
            do {
                try {
                    round.run();
                } catch (OxException e) {
                    failed.accept(e);
                }
            } while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the round under way, but not for long. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
