package dev.oxbow.providers.local;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Notes activity, but not more often than anybody asks: ten thousand files are one activity. */
final class Throttled implements Runnable {
    private static final long EVERY = TimeUnit.SECONDS.toNanos(1);

    private final Activity activity;
    private final AtomicLong noted = new AtomicLong(System.nanoTime() - EVERY);

    Throttled(Activity activity) {
        this.activity = activity;
    }

    @Override
    public void run() {
        long last = noted.get();
        long now = System.nanoTime();
        if (now - last >= EVERY && noted.compareAndSet(last, now)) {
            activity.note();
        }
    }
}
