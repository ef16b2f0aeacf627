package dev.oxbow.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.platform.engine.CancellationToken;

/**
 * Ends a test early: by a signal, or because whoever started it closes its standard input or dies.
 * The test that runs gets some time to clean up after itself; then what is left is removed.
 */
final class Cancellation {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final CancellationToken token = CancellationToken.create();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicBoolean cleaned = new AtomicBoolean();
    private final Runnable clean;

    /**
     * Not yet watching.
     *
     * @param clean removes all that the test has made; called once
     */
    Cancellation(Runnable clean) {
        this.clean = clean;
    }

    CancellationToken token() {
        return token;
    }

    /** Listens for signals, and for the end of that stream. */
    void watch(InputStream caller) {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("cancel").unstarted(this::stop));
        Thread.ofPlatform().name("caller").daemon().start(() -> awaitEnd(caller));
    }

    private void awaitEnd(InputStream caller) {
        try {
            long unusedWords = caller.transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // A caller that cannot be heard is gone.
        }
        if (over.getCount() > 0) {
            System.exit(Main.CANCELLED);
        }
    }

    private void stop() {
        token.cancel();
        try {
            if (!over.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                cleanOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All tests are over, the report is written: cleans up and has nothing cancelled any more. */
    void finish() {
        cleanOnce();
        over.countDown();
    }

    private void cleanOnce() {
        if (cleaned.compareAndSet(false, true)) {
            clean.run();
        }
    }
}
