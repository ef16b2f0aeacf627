package dev.oxbow.sandbox;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.time.Duration;
import java.util.Optional;

/**
 * A {@link FileWatch} of files that are exchanged as a whole now and then, as a rollback does: it
 * looks at intervals whether they are still the same ones, and watches the new ones if not.
 *
 * @param <K> what tells one state of the sandbox from another
 */
public final class RenewedWatch<K> implements FileWatch {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Source<K> source;
    private K known;
    private Optional<FileWatch> watch;
    private boolean due;
    private Deadline look = Deadline.in(LOOK);
    private volatile boolean closed;

    /**
     * Where the files are.
     *
     * @param <K> what tells one state of the sandbox from another, by {@code equals}
     */
    public interface Source<K> {
        /**
         * The state of the sandbox now.
         *
         * @throws OxException {@code SANDBOX_NOT_FOUND} if it is gone
         */
        K state();

        /** Whether files can be watched in that state. */
        boolean watchable(K state);

        /** Watches the files as they are now. */
        FileWatch open();
    }

    /**
     * Watches from now on.
     *
     * @throws OxException {@code CONTAINER_UNAVAILABLE} if there is nothing to be watched now, and
     *     whatever {@link Source#open} throws
     */
    public RenewedWatch(Source<K> source) {
        this.source = source;
        this.known = source.state();
        if (!source.watchable(known)) {
            throw OxException.of(
                            ErrorCode.CONTAINER_UNAVAILABLE,
                            "the files of a sandbox that is not running are not watched")
                    .suggest("Start it first.");
        }
        this.watch = Optional.of(source.open());
    }

    @Override
    public Optional<FileChange> next(Deadline deadline) throws InterruptedException {
        while (!closed) {
            if (look.expired()) {
                renewIfOther();
                look = Deadline.in(LOOK);
            }
            if (due) {
                due = false;
                return Optional.of(new FileChange.Rescan(FileChange.Cause.REPLACED));
            }
            Deadline until = deadline.orIn(look.remaining());
            Optional<FileChange> change =
                    watch.isPresent() ? change(watch.get(), until) : waited(until);
            if (change.isPresent() || deadline.expired()) {
                return change;
            }
        }
        return Optional.empty();
    }

    private Optional<FileChange> change(FileWatch from, Deadline until)
            throws InterruptedException {
        try {
            Optional<FileChange> change = from.next(until);
            // Files on their way out go one by one and are not deleted by anybody.
            boolean doubtful = change.filter(c -> c instanceof FileChange.Deleted).isPresent();
            return doubtful && renewIfOther() ? Optional.empty() : change;
        } catch (OxException e) {
            if (e.code() != ErrorCode.FILE_NOT_FOUND || !renewIfOther()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static Optional<FileChange> waited(Deadline until) throws InterruptedException {
        Thread.sleep(Duration.ofNanos(until.remainingNanos()));
        return Optional.empty();
    }

    /** Whether the state is another one than it was. */
    private boolean renewIfOther() {
        K now = source.state();
        if (now.equals(known) && (watch.isPresent() || !source.watchable(now))) {
            return false;
        }
        watch.ifPresent(FileWatch::close);
        watch = Optional.empty();
        if (source.watchable(now)) {
            reopen(now);
        }
        known = now;
        return true;
    }

    private void reopen(K now) {
        try {
            FileWatch opened = source.open();
            watch = Optional.of(opened);
            due = true;
            if (closed) {
                opened.close();
            }
        } catch (OxException e) {
            // In the midst of an exchange it may be missing for a moment.
            if (source.state().equals(now)) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        watch.ifPresent(FileWatch::close);
    }
}
