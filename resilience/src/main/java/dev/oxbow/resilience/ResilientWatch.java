package dev.oxbow.resilience;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.FileChange;
import dev.oxbow.sandbox.FileWatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A watch over connections that come and go. One that was cut is opened anew, and whoever looks on
 * is told that something may have happened in between.
 */
final class ResilientWatch implements FileWatch {
    /** Pauses before a cut watch is opened again; a change that arrives begins them anew. */
    private static final List<Duration> PAUSES =
            List.of(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30));

    private final Calls calls;
    private final Supplier<FileWatch> opening;
    private volatile FileWatch watch;
    private int cuts;
    private volatile boolean closed;

    ResilientWatch(Calls calls, Supplier<FileWatch> opening) {
        this.calls = calls;
        this.opening = opening;
        this.watch = open();
    }

    private FileWatch open() {
        return calls.call("watch", Repeat.SAFE, opening);
    }

    @Override
    public Optional<FileChange> next(Deadline deadline) throws InterruptedException {
        if (closed) {
            return Optional.empty();
        }
        try {
            Optional<FileChange> change = watch.next(deadline);
            if (change.isPresent()) {
                cuts = 0;
            }
            return change;
        } catch (OxException e) {
            reopen(e);
            return Optional.of(new FileChange.Rescan(FileChange.Cause.RECONNECTED));
        }
    }

    private void reopen(OxException failure) throws InterruptedException {
        boolean cut =
                switch (failure.code()) {
                    case STREAM_LOST, PROVIDER_TIMEOUT, PROVIDER_UNAVAILABLE -> true;
                    default -> false;
                };
        if (!cut || cuts == PAUSES.size()) {
            throw failure;
        }
        calls.time().sleep(PAUSES.get(cuts++));
        watch.close();
        try {
            watch = open();
        } catch (OxException again) {
            reopen(again);
        }
        if (closed) {
            watch.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        watch.close();
    }
}
