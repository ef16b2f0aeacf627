package dev.oxbow.engine;

import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.Event;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.posix.LockFile;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.Rollback;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.Tier;
import dev.oxbow.workspace.Worktree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes checkpoints, goes back to them, makes sandboxes of them. */
final class Checkpoints implements Timeline {
    private static final int MOST_FORKS = 100;

    private final EngineParts parts;
    private final SandboxKeeper keeper;

    Checkpoints(EngineParts parts, SandboxKeeper keeper) {
        this.parts = parts;
        this.keeper = keeper;
    }

    /** A sandbox with what the engine knows of it. */
    private record At(Sandbox sandbox, SandboxProvider provider, ThreadRecord thread) {}

    /** A checkpoint that is there, with what the engine knows of it. */
    private record Known(CheckpointRecord record, SandboxProvider provider, ThreadRecord thread) {}

    /** Why a checkpoint is taken, and what it is called then. */
    record Reason(CheckpointOrigin origin, Optional<String> name, Optional<RunId> run) {
        static Reason asked(Optional<String> name) {
            return new Reason(CheckpointOrigin.USER, name, Optional.empty());
        }

        static Reason beforeRun(RunId run) {
            return new Reason(
                    CheckpointOrigin.BEFORE_RUN, Optional.of("before " + run), Optional.of(run));
        }

        static Reason afterTurn(int turn, RunId run) {
            return new Reason(
                    CheckpointOrigin.AFTER_TURN,
                    Optional.of("after turn " + turn + " of " + run),
                    Optional.of(run));
        }

        static Reason beforeRollback(CheckpointId to) {
            return new Reason(
                    CheckpointOrigin.BEFORE_ROLLBACK,
                    Optional.of("before rollback to " + to),
                    Optional.empty());
        }

        static Reason fork(SandboxId of) {
            return new Reason(
                    CheckpointOrigin.FORK, Optional.of("fork of " + of), Optional.empty());
        }
    }

    @Override
    public CheckpointView checkpoint(Place place, Optional<String> name) {
        At at = at(place);
        Checkpoint taken = take(at.sandbox, at.provider, at.thread, Reason.asked(name));
        CheckpointRecord record = parts.checkpoints().find(taken.id()).orElseThrow();
        return CheckpointView.of(record, taken, at.thread.worktree());
    }

    /** Takes one; remembered first, so that no checkpoint is without an owner. */
    Checkpoint take(Sandbox sandbox, SandboxProvider provider, ThreadRecord thread, Reason why) {
        require(provider, Capability.SNAPSHOT_FS);
        Tier tier = sandbox.record().tier();
        if (!provider.capabilities(tier).contains(Capability.SNAPSHOT_FS)) {
            throw Capability.SNAPSHOT_FS
                    .refusedBy(provider.name())
                    .suggest(
                            "A sandbox of tier %s has no checkpoints; one of tier %s has them.",
                            tier.wire(), provider.tier().wire());
        }
        CheckpointId id = CheckpointId.next();
        CheckpointSpec spec = new CheckpointSpec(id, why.name());
        parts.checkpoints()
                .add(
                        new CheckpointRecord(
                                id,
                                thread.id(),
                                sandbox.id(),
                                provider.name(),
                                why.origin(),
                                why.name(),
                                why.run(),
                                Instant.now()));
        parts.steps().accept(CrashPoint.CHECKPOINT_INTENDED);
        // Should this fail, the record stays: the answer may be lost and the checkpoint there.
        Checkpoint taken =
                parts.workspaces()
                        .of(thread.worktree())
                        .checkpoint(sandbox, id, () -> sandbox.checkpoint(spec));
        parts.steps().accept(CrashPoint.CHECKPOINT_TAKEN);
        return taken;
    }

    @Override
    public List<CheckpointView> checkpoints(Optional<Path> worktree) {
        Optional<Path> root = worktree.map(Preparation::rootOf);
        Map<CheckpointId, Checkpoint> kept = new HashMap<>();
        for (SandboxProvider provider : parts.providers().values()) {
            if (provider.capabilities().contains(Capability.SNAPSHOT_FS)) {
                provider.checkpoints().forEach(each -> kept.put(each.id(), each));
            }
        }
        List<CheckpointView> views = new ArrayList<>();
        Map<ThreadId, Path> worktrees = new HashMap<>();
        for (CheckpointRecord record : parts.checkpoints().all().reversed()) {
            Optional<Checkpoint> there = Optional.ofNullable(kept.get(record.id()));
            Path of = worktrees.computeIfAbsent(record.thread(), id -> thread(id).worktree());
            if (there.isPresent() && root.map(of::equals).orElse(true)) {
                views.add(CheckpointView.of(record, there.get(), of));
            }
        }
        return views;
    }

    @Override
    public RolledBack rollback(CheckpointId to, Optional<SandboxId> wanted) {
        Known known = known(to);
        require(known.provider, Capability.ROLLBACK_INPLACE);
        SandboxId id = wanted.orElse(known.record.sandbox());
        Sandbox sandbox =
                known.provider
                        .get(id)
                        .orElseThrow(() ->
                                noSandbox("sandbox " + id + " is gone")
                                        .suggest("Make another one of it with 'ox fork %s'.", to));
        ThreadRecord thread = threadOf(sandbox);
        try (LockFile _ = keeper.hold(thread)) {
            refuseWhileRunning(thread, sandbox);
            keeper.settle(sandbox, thread);
            return rollback(new At(sandbox, known.provider, thread), to);
        }
    }

    private RolledBack rollback(At at, CheckpointId to) {
        SandboxId id = at.sandbox.id();
        CheckpointId before =
                take(at.sandbox, at.provider, at.thread, Reason.beforeRollback(to)).id();
        int incarnation = at.sandbox.record().incarnation();
        parts.checkpoints().begin(new CheckpointStore.PendingRollback(id, to, incarnation));
        parts.steps().accept(CrashPoint.ROLLBACK_INTENDED);
        Rollback done;
        try {
            done = at.sandbox.rollback(to);
        } catch (OxException e) {
            keeper.settle(at.sandbox, at.thread);
            throw e;
        }
        parts.steps().accept(CrashPoint.ROLLED_BACK);
        parts.workspaces().of(at.thread.worktree()).restore(id, to);
        parts.steps().accept(CrashPoint.BASE_RESTORED);
        parts.checkpoints().end(id);
        return new RolledBack(id, to, done.incarnation(), done.ended(), Optional.of(before));
    }

    private void refuseWhileRunning(ThreadRecord thread, Sandbox sandbox) {
        parts.store().unended(thread.id()).stream()
                .findFirst()
                .ifPresent(run -> {
                    throw OxException.of(
                                    ErrorCode.RUN_IN_PROGRESS,
                                    "%s is under way in sandbox %s; nothing was changed",
                                    run.id(),
                                    sandbox.id())
                            .suggest("Wait for it, or stop it with 'ox cancel %s'.", run.id());
                });
    }

    @Override
    public List<Fork> fork(CheckpointId from, int count) {
        check(count);
        Known known = known(from);
        require(known.provider, Capability.FORK_RUNNING);
        return fork(from, count, known.provider, known.thread);
    }

    @Override
    public List<Fork> fork(SandboxId from, int count) {
        check(count);
        At at = at(new Place.OfSandbox(from));
        require(at.provider, Capability.FORK_RUNNING);
        Checkpoint now = take(at.sandbox, at.provider, at.thread, Reason.fork(from));
        return fork(now.id(), count, at.provider, at.thread);
    }

    private List<Fork> fork(
            CheckpointId from, int count, SandboxProvider provider, ThreadRecord of) {
        Worktree worktree = Worktree.at(of.worktree());
        List<Fork> forks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "fork " + SandboxId.next();
            ThreadRecord thread =
                    parts.store()
                            .openThread(ThreadIdentity.beside(worktree, name), worktree.root());
            SandboxId made =
                    keeper.ensure(
                                    provider,
                                    thread,
                                    new SandboxKeeper.Wanted(
                                            Optional.empty(), Limits.DEFAULT, Optional.of(from)),
                                    _ -> {})
                            .sandbox()
                            .id();
            forks.add(new Fork(made, thread.id(), from));
        }
        return forks;
    }

    private static void check(int count) {
        if (count < 1 || count > MOST_FORKS) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "the number of forks must be 1 to %d, not %d",
                    MOST_FORKS,
                    count);
        }
    }

    @Override
    public void remove(CheckpointId id) {
        Known known = known(id);
        parts.store().runs(RunFilter.ACTIVE).stream()
                .filter(run -> startsFrom(run, id))
                .findFirst()
                .ifPresent(run -> {
                    throw OxException.of(
                            ErrorCode.RUN_IN_PROGRESS, "%s starts from %s", run.id(), id);
                });
        delete(known.record, known.provider);
    }

    static boolean startsFrom(RunRecord run, CheckpointId id) {
        Optional<CheckpointId> it = Optional.of(id);
        return run.request().from().equals(it) || run.progress().start().equals(it);
    }

    /** The record goes last: while it is there, the deletion can be repeated. */
    void delete(CheckpointRecord record, SandboxProvider provider) {
        provider.deleteCheckpoint(record.id());
        Path worktree = thread(record.thread()).worktree();
        if (Files.isDirectory(worktree)) {
            parts.workspaces().of(worktree).forget(record.id());
        } else {
            parts.manifests().delete(record.id());
        }
        parts.checkpoints().delete(record.id());
    }

    /** Removes those of Oxbow's own that have become too many in a thread. */
    void prune(SandboxProvider provider, ThreadId thread) {
        long own =
                parts.checkpoints().all().stream()
                        .filter(each -> each.thread().equals(thread))
                        .filter(each -> each.origin().automatic())
                        .count();
        if (own > Clearing.KEPT) {
            new Clearing(parts, this).prune(provider, thread);
        }
    }

    /** What a run needs to know of the checkpoint that it is to start from. */
    CheckpointRecord startFor(RunRequest request, CheckpointId id, Worktree worktree) {
        Known known = known(id);
        if (!known.thread.worktree().equals(worktree.root())) {
            throw OxException.of(
                    ErrorCode.IDENTITY_MISMATCH,
                    "checkpoint %s holds files of %s",
                    id,
                    known.thread.worktree());
        }
        if (request.provider().filter(name -> !name.equals(known.provider.name())).isPresent()) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "checkpoint %s is kept by provider %s",
                            id,
                            known.provider.name())
                    .suggest("Leave --provider out.");
        }
        require(known.provider, Capability.FORK_RUNNING);
        return known.record;
    }

    private Known known(CheckpointId id) {
        CheckpointRecord record = parts.checkpoints().find(id).orElseThrow(() -> absent(id));
        SandboxProvider provider =
                Optional.ofNullable(parts.providers().get(record.provider()))
                        .orElseThrow(() ->
                                OxException.of(
                                        ErrorCode.PROVIDER_NOT_CONFIGURED,
                                        "there is no provider '%s'",
                                        record.provider()));
        require(provider, Capability.SNAPSHOT_FS);
        if (provider.checkpoint(id).isEmpty()) {
            throw absent(id);
        }
        return new Known(record, provider, thread(record.thread()));
    }

    private static OxException absent(CheckpointId id) {
        return OxException.of(ErrorCode.SNAPSHOT_NOT_FOUND, "there is no checkpoint %s", id)
                .suggest("'ox checkpoints' lists those there are.");
    }

    private At at(Place place) {
        return switch (place) {
            case Place.OfSandbox of -> at(of.id());
            case Place.OfRun of ->
                    at(
                            parts.store()
                                    .run(of.id())
                                    .orElseThrow(() ->
                                            OxException.of(
                                                    ErrorCode.RUN_NOT_FOUND,
                                                    "there is no run %s",
                                                    of.id()))
                                    .progress()
                                    .sandbox()
                                    .orElseThrow(
                                            () -> noSandbox("run " + of.id() + " has no sandbox")));
            case Place.OfWorktree of -> ofWorktree(of.cwd());
        };
    }

    private At at(SandboxId id) {
        for (SandboxProvider provider : parts.providers().values()) {
            Optional<Sandbox> sandbox = provider.get(id);
            if (sandbox.isPresent()) {
                return new At(sandbox.get(), provider, threadOf(sandbox.get()));
            }
        }
        throw noSandbox("there is no sandbox " + id);
    }

    private At ofWorktree(Path cwd) {
        Worktree worktree = Worktree.at(cwd);
        Optional<ThreadRecord> thread = parts.store().threadByIdentity(ThreadIdentity.of(worktree));
        if (thread.isPresent()) {
            for (SandboxProvider provider : parts.providers().values()) {
                Optional<Sandbox> sandbox = keeper.find(provider, thread.get());
                if (sandbox.isPresent()) {
                    return new At(sandbox.get(), provider, thread.get());
                }
            }
        }
        throw noSandbox("worktree " + worktree.root() + " has no sandbox yet")
                .suggest("A run makes one: ox run \"...\"");
    }

    private ThreadRecord threadOf(Sandbox sandbox) {
        return keeper.threadOf(sandbox)
                .orElseThrow(() ->
                        OxException.of(
                                ErrorCode.THREAD_NOT_FOUND,
                                "sandbox %s belongs to no thread of this installation",
                                sandbox.id()));
    }

    private ThreadRecord thread(ThreadId id) {
        return parts.store()
                .thread(id)
                .orElseThrow(
                        () -> OxException.of(ErrorCode.THREAD_NOT_FOUND, "thread %s is gone", id));
    }

    private static void require(SandboxProvider provider, Capability capability) {
        if (!provider.capabilities().contains(capability)) {
            throw capability.refusedBy(provider.name());
        }
    }

    private static OxException noSandbox(String why) {
        return OxException.of(ErrorCode.SANDBOX_NOT_FOUND, "%s", why);
    }

    /** The event of a checkpoint taken in a run. */
    static Event event(Checkpoint taken) {
        return new EngineEvent.SandboxCheckpoint(
                taken.sandbox(), taken.id(), taken.name().orElse(""));
    }
}
