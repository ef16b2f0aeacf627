package dev.oxbow.engine;

import dev.oxbow.agents.EngineEvent;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.posix.BootTime;
import dev.oxbow.posix.LockFile;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Garbage;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks after the sandboxes that nobody uses: they are paused, stopped, and once their work is safe
 * destroyed.
 *
 * <p>Whatever cannot be read leaves everything that depends on it as it is. Each sandbox is looked
 * at and dealt with under the lock of its thread, which whoever begins to use it takes too: it is
 * either seen to be used, or found resting by its user and woken.
 */
final class Housekeeping {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration NAP = Duration.ofMillis(20);

    private final EngineParts parts;
    private final SandboxKeeper keeper;
    private final SweepNotes notes;
    private final HouseLog log;
    private final Disposal disposal;
    private final WorkArchive archive;
    private final Upkeep upkeep;
    private final Clearing clearing;

    Housekeeping(EngineParts parts, SandboxKeeper keeper) {
        this.parts = parts;
        this.keeper = keeper;
        this.upkeep = parts.upkeep();
        this.notes = new SweepNotes(parts.data().sweepNotes());
        this.archive = new WorkArchive(parts.data().archive());
        this.log = new HouseLog(parts.data().houseLog());
        this.clearing = new Clearing(parts, new Checkpoints(parts, keeper));
        this.disposal = new Disposal(parts, archive, upkeep.clock());
    }

    /** A whole round, with what providers keep; waits a while for one that is under way. */
    Sweep sweep(boolean dryRun) {
        if (dryRun) {
            return round(true, true);
        }
        Deadline deadline = Deadline.in(PATIENCE);
        while (!deadline.expired()) {
            Optional<LockFile> lock = LockFile.tryHold(parts.data().houseLock());
            if (lock.isPresent()) {
                try (LockFile _ = lock.get()) {
                    return round(false, true);
                }
            }
            LockSupport.parkNanos(NAP.toNanos());
        }
        throw OxException.of(
                ErrorCode.PROVIDER_TIMEOUT,
                "another process has been tidying up for %s",
                Spans.text(PATIENCE));
    }

    /** A round over the sandboxes, unless somebody is at it. */
    void tidy() {
        Optional<LockFile> lock = LockFile.tryHold(parts.data().houseLock());
        if (lock.isPresent()) {
            try (LockFile _ = lock.get()) {
                Sweep _ = round(false, false);
            }
        }
    }

    private Sweep round(boolean dryRun, boolean garbageToo) {
        List<Chore> chores = new ArrayList<>();
        List<Garbage> garbage = new ArrayList<>();
        List<String> untouched = new ArrayList<>();
        Set<SandboxId> there = new HashSet<>();
        boolean whole = true;
        for (SandboxProvider provider : parts.providers().values()) {
            try {
                for (Sandbox sandbox : provider.list(keeper.mine())) {
                    there.add(sandbox.id());
                    tend(provider, sandbox, dryRun, chores, untouched);
                }
                if (garbageToo || clearing.isDue(there)) {
                    garbage.addAll(clearing.clear(provider, dryRun));
                }
                if (garbageToo) {
                    garbage.addAll(provider.collect(dryRun));
                }
            } catch (OxException e) {
                whole = false;
                untouched.add(
                        "sandboxes of %s: %s; nothing was changed"
                                .formatted(provider.name(), e.getMessage()));
            }
        }
        try {
            if (whole && !dryRun) {
                notes.keepOnly(there);
            }
            chores.addAll(archive.forget(upkeep.archiveKept(), upkeep.clock().get(), dryRun));
        } catch (OxException e) {
            untouched.add(e.getMessage());
        }
        return new Sweep(dryRun, chores, garbage, untouched);
    }

    /**
     * Has idle sandboxes rest, those first that have idled longest; never one that is at work.
     *
     * @param most how many at most
     */
    List<Chore> rest(int most) {
        List<Chore> done = new ArrayList<>();
        for (SandboxProvider provider : parts.providers().values()) {
            List<Sandbox> idlest =
                    provider.list(keeper.mine()).stream()
                            .filter(s -> s.record().state() == SandboxState.READY)
                            .sorted(
                                    Comparator.comparing((Sandbox s) -> s.record().idle())
                                            .reversed())
                            .toList();
            for (Sandbox sandbox : idlest) {
                if (done.size() < most) {
                    rest(provider, sandbox).ifPresent(done::add);
                }
            }
        }
        return done;
    }

    private Optional<Chore> rest(SandboxProvider provider, Sandbox sandbox) {
        Optional<LockFile> lock = lock(sandbox.record());
        if (lock.isEmpty()) {
            return Optional.empty();
        }
        try (LockFile _ = lock.get()) {
            SandboxRecord record = sandbox.record();
            if (record.state() != SandboxState.READY || inUse(threadRecord(record))) {
                return Optional.empty();
            }
            String reason = "idle " + Spans.text(record.idle());
            Fate fate =
                    provider.capabilities(record.tier()).contains(Capability.PAUSE_MEMORY)
                            ? new Fate.Pause(reason)
                            : new Fate.Stop(reason);
            carryOut(sandbox, fate);
            return chore(sandbox, fate);
        }
    }

    private Optional<LockFile> lock(SandboxRecord record) {
        return LockFile.tryHold(
                threadOf(record).map(parts.data()::threadLock).orElseGet(parts.data()::orphanLock));
    }

    private void tend(
            SandboxProvider provider,
            Sandbox sandbox,
            boolean dryRun,
            List<Chore> chores,
            List<String> untouched) {
        try {
            // Most are young or at work: that is seen without a lock.
            Fate first = fate(provider, sandbox, sandbox.record());
            if (dryRun) {
                chore(sandbox, first).ifPresent(chores::add);
            } else if (first instanceof Fate.Stay) {
                notes.delete(sandbox.id());
            } else {
                Optional<LockFile> lock = lock(sandbox.record());
                if (lock.isPresent()) {
                    try (LockFile _ = lock.get()) {
                        tendLocked(provider, sandbox, chores, untouched);
                    }
                }
            }
        } catch (OxException e) {
            untouched.add(sandbox.id() + ": " + e.getMessage());
        }
    }

    private void tendLocked(
            SandboxProvider provider, Sandbox sandbox, List<Chore> chores, List<String> untouched) {
        SandboxId id = sandbox.id();
        SandboxRecord record = sandbox.record();
        threadRecord(record).ifPresent(thread -> keeper.settle(sandbox, thread));
        Fate fate = fate(provider, sandbox, record);
        switch (fate) {
            case Fate.Stay _ -> notes.delete(id);
            case Fate.Pause _, Fate.Stop _ -> carryOut(sandbox, fate);
            case Fate.Wait wait -> note(id, wait);
            case Fate.Destroy destroy -> {
                destroy(provider, sandbox, record, destroy, chores, untouched);
                return;
            }
        }
        chore(sandbox, fate).ifPresent(chores::add);
    }

    private void carryOut(Sandbox sandbox, Fate fate) {
        if (fate instanceof Fate.Pause(String reason)) {
            sandbox.pause();
            log.tell(new EngineEvent.SandboxPaused(sandbox.id(), reason));
        } else if (fate instanceof Fate.Stop(String reason)) {
            sandbox.stop();
            log.tell(new EngineEvent.SandboxStopped(sandbox.id(), reason));
        }
    }

    private void destroy(
            SandboxProvider provider,
            Sandbox sandbox,
            SandboxRecord record,
            Fate.Destroy fate,
            List<Chore> chores,
            List<String> untouched) {
        SandboxId id = sandbox.id();
        SweepNote note = noted(id, fate.cause());
        notes.write(id, note);
        if (note.waits()) {
            return;
        }
        try {
            Chore done = disposal.end(provider, sandbox, record, threadRecord(record), fate);
            chores.add(done);
            notes.delete(id);
            log.tell(destroyed(done, fate.cause()));
        } catch (OxException e) {
            SweepNote failed = note.failed();
            notes.write(id, failed);
            untouched.add(
                    "%s: attempt %d to destroy it failed (%s); next in %s"
                            .formatted(
                                    id,
                                    failed.failures(),
                                    e.getMessage(),
                                    Spans.text(SweepNote.retryIn(failed.failures()))));
        }
    }

    private static EngineEvent destroyed(Chore done, Fate.Cause cause) {
        return cause == Fate.Cause.ZOMBIE
                ? new EngineEvent.ZombieDestroyed(done.sandbox(), done.reason(), done.archive())
                : new EngineEvent.SandboxDestroyed(done.sandbox(), done.reason());
    }

    private void note(SandboxId id, Fate.Wait wait) {
        SweepNote note = noted(id, wait.cause());
        if (!note.warned()) {
            log.tell(new EngineEvent.SandboxIdleWarning(id, wait.reason()));
        }
        notes.write(id, note.told());
    }

    private SweepNote noted(SandboxId id, Fate.Cause cause) {
        BootTime now = upkeep.clock().get();
        return notes.read(id)
                // One that was begun goes on being the same attempt.
                .filter(note -> note.cause() == cause || cause == Fate.Cause.UNFINISHED)
                .map(note -> note.seen(now))
                .orElseGet(() -> SweepNote.first(cause, now));
    }

    private static Optional<Chore> chore(Sandbox sandbox, Fate fate) {
        SandboxId id = sandbox.id();
        return switch (fate) {
            case Fate.Stay _ -> Optional.empty();
            case Fate.Pause f -> Optional.of(new Chore(id, Chore.Action.PAUSE, f.reason()));
            case Fate.Stop f -> Optional.of(new Chore(id, Chore.Action.STOP, f.reason()));
            case Fate.Wait f -> Optional.of(new Chore(id, Chore.Action.WAIT, f.reason()));
            case Fate.Destroy f -> Optional.of(new Chore(id, Chore.Action.DESTROY, f.reason()));
        };
    }

    /** What is to become of it, from look-ups of which none failed. */
    private Fate fate(SandboxProvider provider, Sandbox sandbox, SandboxRecord record) {
        Optional<ThreadRecord> thread = threadRecord(record);
        boolean known = thread.isPresent() || !runsIn(sandbox.id()).isEmpty();
        BootTime now = upkeep.clock().get();
        return Fate.of(
                new Fate.Look(
                        record,
                        provider.capabilities(record.tier()),
                        known,
                        inUse(thread),
                        () -> kept(sandbox.id()),
                        thread.map(t -> WorktreeProof.gone(t.worktree())).orElse(false),
                        notes.read(sandbox.id()).map(note -> note.seen(now))),
                upkeep);
    }

    private static Optional<ThreadId> threadOf(SandboxRecord record) {
        return Optional.ofNullable(record.labels().values().get(SandboxKeeper.THREAD))
                .map(ThreadId::new);
    }

    private Optional<ThreadRecord> threadRecord(SandboxRecord record) {
        return threadOf(record).flatMap(parts.store()::thread);
    }

    private boolean inUse(Optional<ThreadRecord> thread) {
        return thread.filter(t -> !parts.store().unended(t.id()).isEmpty()).isPresent();
    }

    private boolean kept(SandboxId id) {
        return runsIn(id).stream().anyMatch(run -> run.request().keeping() == Keeping.KEEP);
    }

    private List<RunRecord> runsIn(SandboxId id) {
        return parts.store().runs(RunFilter.EVERY).stream()
                .filter(run -> run.progress().sandbox().equals(Optional.of(id)))
                .toList();
    }
}
