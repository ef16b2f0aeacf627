package dev.oxbow.engine;

import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.EngineEvent.Direction;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Endings.WorkBack;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.workspace.ApplyReport;
import dev.oxbow.workspace.Conflict;
import dev.oxbow.workspace.Harvest;
import dev.oxbow.workspace.Progress;
import dev.oxbow.workspace.SyncInReport;
import dev.oxbow.workspace.SyncOptions;
import dev.oxbow.workspace.SyncWarning;
import dev.oxbow.workspace.WatchReport;
import dev.oxbow.workspace.WorktreeWatch;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** The two ways of a run's files, with an event for what people want to know of them. */
final class WorkspaceStep {
    private static final Duration PROGRESS_EVERY = Duration.ofMillis(250);

    private static final int HELD_NAMED = 20;

    private final EngineParts parts;
    private final RunJournal journal;
    private final Workspace sync;

    WorkspaceStep(EngineParts parts, RunJournal journal, Workspace sync) {
        this.parts = parts;
        this.journal = journal;
        this.sync = sync;
    }

    /** Brings the worktree into the sandbox. */
    void in(Sandbox sandbox) {
        RunRequest request = journal.run().request();
        journal.note(new EngineEvent.SyncStarted(Direction.IN));
        journal.flush();
        sync.recover();
        SyncInReport report =
                sync.syncIn(
                        sandbox,
                        journal.id(),
                        new SyncOptions(request.include(), request.onConflict()),
                        progress(Direction.IN));
        conflicts(report.conflicts(), Optional.of(request.onConflict().text()));
        warnings(report.warnings());
        journal.note(
                new EngineEvent.SyncCompleted(
                        Direction.IN,
                        report.filesSent(),
                        report.filesDeleted(),
                        report.bytes(),
                        report.duration().toMillis()));
    }

    /** Brings edits in while the agent works, if the run wants that. What fails is only told. */
    Workspace.Watching watch(Sandbox sandbox) {
        return journal.run()
                .request()
                .watch()
                .map(quiet -> sync.watch(sandbox, quiet, new Watched()))
                .orElse(Workspace.Watching.NONE);
    }

    /** Brings the sandbox's work to the host, and into the worktree if the run does that itself. */
    WorkBack out(Optional<Sandbox> sandbox, boolean partial) {
        long began = System.nanoTime();
        journal.note(new EngineEvent.SyncStarted(Direction.OUT));
        journal.flush();
        sync.recover();
        Harvest harvest = harvest(sandbox, partial);
        warnings(harvest.warnings());
        parts.steps().accept(CrashPoint.HARVESTED);
        int changed = (int) harvest.changes().stream().filter(c -> c.after().isPresent()).count();
        int deleted = harvest.changes().size() - changed;
        if (!journal.run().appliesItself()) {
            completed(changed, deleted, began);
            return new WorkBack(changed, deleted, List.of(), false, true, Optional.empty());
        }
        ApplyReport applied =
                sync.apply(
                        journal.id(),
                        journal.run().request().onConflict(),
                        progress(Direction.OUT));
        parts.steps().accept(CrashPoint.APPLIED);
        conflicts(
                applied.conflicts(),
                applied.applied()
                        ? Optional.of(journal.run().request().onConflict().text())
                        : Optional.empty());
        completed(changed, deleted, began);
        return new WorkBack(
                changed,
                deleted,
                applied.conflicts().stream().map(c -> c.path().toString()).toList(),
                applied.applied(),
                true,
                Optional.empty());
    }

    private Harvest harvest(Optional<Sandbox> sandbox, boolean partial) {
        // What a former driver has brought is kept: the worktree may have been changed by it since.
        Optional<Harvest> earlier = sync.harvested(journal.id());
        if (earlier.isPresent()) {
            return earlier.get();
        }
        Sandbox there =
                sandbox.orElseThrow(() ->
                        OxException.of(
                                ErrorCode.SANDBOX_CRASHED,
                                "the sandbox is gone and its work with it; nothing was brought"
                                        + " back"));
        return sync.harvest(there, journal.id(), partial, progress(Direction.OUT));
    }

    private void completed(int changed, int deleted, long began) {
        journal.note(
                new EngineEvent.SyncCompleted(
                        Direction.OUT,
                        changed,
                        deleted,
                        0,
                        Duration.ofNanos(System.nanoTime() - began).toMillis()));
    }

    private void conflicts(List<Conflict> conflicts, Optional<String> resolution) {
        for (Conflict conflict : conflicts) {
            journal.note(
                    new EngineEvent.SyncConflict(
                            conflict.path().toString(),
                            conflict.kind().name().toLowerCase(Locale.ROOT),
                            resolution));
        }
    }

    private void warnings(List<SyncWarning> warnings) {
        for (SyncWarning warning : warnings) {
            TreePath path = warning.path();
            journal.note(
                    new EngineEvent.SyncWarning(
                            warning.kind().name(),
                            path.isRoot() ? Optional.empty() : Optional.of(path.toString()),
                            warning.text()));
        }
    }

    /** Tells of progress, but not more often than anybody reads. */
    private Progress progress(Direction direction) {
        AtomicLong told = new AtomicLong(System.nanoTime());
        return (_, files, ofFiles, bytes, ofBytes) -> {
            long last = told.get();
            long now = System.nanoTime();
            if (now - last >= PROGRESS_EVERY.toNanos() && told.compareAndSet(last, now)) {
                journal.note(
                        new EngineEvent.SyncProgress(
                                direction, files, known(ofFiles), bytes, known(ofBytes)));
                journal.flush();
            }
        };
    }

    private static OptionalLong known(long total) {
        return total > 0 ? OptionalLong.of(total) : OptionalLong.empty();
    }

    /** Notes what a watch does; stored by the driver with what the agent says. */
    private final class Watched implements WorktreeWatch.Listener {
        @Override
        public void synced(WatchReport report) {
            List<String> held = report.held().stream().map(c -> c.path().toString()).toList();
            journal.note(
                    new EngineEvent.SyncWatched(
                            report.filesSent(),
                            report.filesDeleted(),
                            report.bytes(),
                            report.duration().toMillis(),
                            held.subList(0, Math.min(held.size(), HELD_NAMED)),
                            held.size()));
        }

        @Override
        public void failed(OxException reason) {
            warn("WATCH_FAILED", "edits wait for the end of the run: " + reason.getMessage());
        }

        @Override
        public void rescanning(String reason, Duration interval) {
            warn(
                    "WATCH_RESCANS",
                    "the worktree is looked through every %d s, since not all of it can be watched: %s"
                            .formatted(interval.toSeconds(), reason));
        }

        private void warn(String code, String message) {
            journal.note(new EngineEvent.SyncWarning(code, Optional.empty(), message));
        }
    }
}
