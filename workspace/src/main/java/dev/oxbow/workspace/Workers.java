package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
        rethrow(failure.get());
    }

    /** Starts work beside the caller's, on a thread of that name. */
    static <T> Beside<T> beside(String name, Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        Thread.ofPlatform().daemon().name(name).start(task);
        return () -> {
            try {
                return task.get();
            } catch (ExecutionException e) {
                rethrow(e.getCause());
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        };
    }

    /** Work that was started. */
    interface Beside<T> {
        /** Waits for the end; what the work threw is thrown. Asking again gives the same. */
        T join();
    }

    private static void rethrow(@Nullable Throwable failed) {
        switch (failed) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failed);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static OxException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return OxException.of(ErrorCode.OPERATION_INTERRUPTED, "the sync was interrupted")
                .causedBy(cause);
    }
}
