package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Runs the same work over many items on a few platform threads, which may block in the kernel. They
 * live for one call.
 */
final class Workers {
    private static final int MOST = 8;

    private Workers() {}

    /** Does the work for each item; the first failure stops the rest and is thrown. */
    static <T> void forEach(List<T> items, Consumer<T> work) {
        int threads = Math.min(MOST, Runtime.getRuntime().availableProcessors());
        if (items.size() < 4 || threads == 1) {
            items.forEach(work);
            return;
        }
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable loop =
                () -> {
                    int i = next.getAndIncrement();
                    while (i < items.size() && failure.get() == null) {
                        try {
                            work.accept(items.get(i));
                        } catch (Throwable t) {
                            failure.compareAndSet(null, t);
                        }
                        i = next.getAndIncrement();
                    }
                };
        List<Thread> started = new ArrayList<>();
        for (int i = 1; i < Math.min(threads, items.size()); i++) {
            started.add(Thread.ofPlatform().daemon().name("sync-" + i).start(loop));
        }
        loop.run();
        started.forEach(Workers::join);
        Throwable failed = failure.get();
        switch (failed) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failed);
        }
    }

    /**
     * Starts work beside the caller's; {@link Beside#join} waits for it and passes its failure on.
     */
    static Beside beside(String name, Runnable work) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .name(name)
                        .start(() -> {
                            try {
                                work.run();
                            } catch (Throwable t) {
                                failure.set(t);
                            }
                        });
        return () -> {
            join(thread);
            Throwable failed = failure.get();
            switch (failed) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(failed);
            }
        };
    }

    /** Work that was started. */
    interface Beside {
        /** Waits for the end. */
        void join();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(ErrorCode.OPERATION_INTERRUPTED, "the sync was interrupted")
                    .causedBy(e);
        }
    }
}
