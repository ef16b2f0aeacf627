package dev.oxbow.workspace;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Brings edits of a worktree into a sandbox as they are made. One thread watches and syncs, so one
 * sync is under way at most. It begins when nothing has changed for a while, or when changes have
 * gone on for some seconds. Nothing that fails here is lost: it differs from the base as before.
 *
 * <p>Made by {@link WorkspaceSync#watch}. {@link #close} may be called by any thread.
 */
public final class WorktreeWatch implements AutoCloseable {
    private static final Duration MOST_DELAY = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration RETRY_FAILED = Duration.ofSeconds(5);
    private static final Duration RESCAN = Duration.ofSeconds(2);
    private static final Duration LONGEST_NAP = Duration.ofMinutes(1);
    private static final Duration STOP_PATIENCE = Duration.ofMinutes(2);

    /** So often a sync may meet a tree that is being changed before somebody is told. */
    private static final int QUIET_FAILURES = 10;

    private final Function<BooleanSupplier, LiveSync.Outcome> sync;
    private final DirectoryWatches watches;
    private final Duration quiet;
    private final Listener listener;
    private final Thread thread;
    private volatile boolean stopped;
    private long due = System.nanoTime();
    private Optional<Long> changedFirst = Optional.empty();
    private List<Conflict> held = List.of();
    private Optional<String> lackTold = Optional.empty();
    private Optional<String> failureTold = Optional.empty();
    private int failures;

    /** Is told what a watch does, from its thread, never twice at once. */
    public interface Listener {
        /** A sync moved files, or found paths that both sides changed and did not know before. */
        void synced(WatchReport report);

        /** A sync failed and will be tried again; told once for the same reason. */
        void failed(OxException reason);

        /** Not every change is told by the system, so the tree is looked through at intervals. */
        void rescanning(String reason, Duration interval);
    }

    private WorktreeWatch(
            Function<BooleanSupplier, LiveSync.Outcome> sync,
            DirectoryWatches watches,
            Duration quiet,
            Listener listener) {
        this.sync = sync;
        this.watches = watches;
        this.quiet = quiet;
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name("worktree-watch").unstarted(this::run);
    }

    static WorktreeWatch start(
            Function<BooleanSupplier, LiveSync.Outcome> sync,
            DirectoryWatches watches,
            Duration quiet,
            Listener listener) {
        WorktreeWatch watch = new WorktreeWatch(sync, watches, quiet, listener);
        watch.thread.start();
        return watch;
    }

    private void run() {
        try {
            while (!stopped) {
                long nap = Math.min(due - System.nanoTime(), LONGEST_NAP.toNanos());
                if (nap <= 0) {
                    syncOnce();
                } else if (watches.await(nap)) {
                    changed();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Puts the next sync off until it is quiet, but not for ever. */
    private void changed() {
        long now = System.nanoTime();
        long first = changedFirst.orElse(now);
        changedFirst = Optional.of(first);
        due = Math.min(now + quiet.toNanos(), first + MOST_DELAY.toNanos());
    }

    private void syncOnce() {
        changedFirst = Optional.empty();
        due = Long.MAX_VALUE;
        try {
            LiveSync.Outcome outcome = sync.apply(() -> stopped);
            failures = 0;
            failureTold = Optional.empty();
            due = System.nanoTime() + LONGEST_NAP.toNanos();
            report(outcome.report());
            if (stopped) {
                return;
            }
            if (watches.watch(outcome.directories())) {
                changed();
            } else if (outcome.again()) {
                due = System.nanoTime() + Math.max(RETRY.toNanos(), quiet.toNanos());
            }
            rescan();
        } catch (OxException e) {
            failed(e);
        } catch (RuntimeException e) {
            failed(
                    OxException.of(ErrorCode.SYNC_UNREADABLE, "the worktree cannot be read: %s", e)
                            .causedBy(e));
        }
    }

    private void report(WatchReport report) {
        boolean news = !held.containsAll(report.held());
        held = report.held();
        if (news || report.filesSent() > 0 || report.filesDeleted() > 0) {
            listener.synced(report);
        }
    }

    private void rescan() {
        Optional<String> lack = watches.lack();
        if (lack.isPresent()) {
            due = Math.min(due, System.nanoTime() + RESCAN.toNanos());
            if (!lack.equals(lackTold)) {
                lackTold = lack;
                listener.rescanning(lack.get(), RESCAN);
            }
        }
    }

    private void failed(OxException reason) {
        failures++;
        boolean moving = Staging.moving(reason) || reason.code() == ErrorCode.WORKTREE_BUSY;
        due = System.nanoTime() + (moving ? RETRY : RETRY_FAILED).toNanos();
        if (moving && failures < QUIET_FAILURES) {
            return;
        }
        Optional<String> message = Optional.of(String.valueOf(reason.getMessage()));
        if (!message.equals(failureTold)) {
            failureTold = message;
            listener.failed(reason);
        }
    }

    /**
     * Stops it and waits for a sync that is under way, which ends early. Afterwards nothing is
     * written in the sandbox and the listener is not called any more. What was edited last and has
     * not been sent is left for bringing the work back.
     */
    @Override
    public void close() {
        stopped = true;
        try {
            watches.close();
        } catch (IOException e) {
            listener.failed(
                    OxException.of(ErrorCode.SYNC_UNREADABLE, "the watch did not close: %s", e)
                            .causedBy(e));
        }
        if (!ended()) {
            // Its lock on the worktree still keeps every other sync apart from it.
            listener.failed(
                    OxException.of(
                            ErrorCode.WORKTREE_BUSY, "the last sync of the watch has not ended"));
        }
    }

    private boolean ended() {
        Deadline deadline = Deadline.in(STOP_PATIENCE);
        boolean interrupted = false;
        try {
            while (thread.isAlive() && !deadline.expired()) {
                try {
                    thread.join(deadline.remaining());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return !thread.isAlive();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
