package dev.oxbow.engine;

import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.Event;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.base.TimeSource;
import dev.oxbow.posix.LockFile;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Tier;
import dev.oxbow.workspace.Progress;
import dev.oxbow.workspace.Worktree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Finds the one sandbox of a thread, and makes it only where it is proven that there is none. The
 * provider is always asked; the id is stored before the sandbox is made, so that a creation that
 * nobody saw end is found again.
 */
final class SandboxKeeper {
    /** The label of the thread that a sandbox belongs to; several may share one worktree. */
    static final String THREAD = "oxbow-thread-id";

    private static final Duration SETTLE_LOOK = Duration.ofMillis(500);
    private static final Duration LOCK_PATIENCE = Duration.ofMinutes(2);

    private final EngineParts parts;
    private final String installation;
    private final Leftovers leftovers;

    SandboxKeeper(EngineParts parts) {
        this.parts = parts;
        this.installation = parts.store().installation();
        this.leftovers = new Leftovers(parts.data());
    }

    /** A sandbox that takes commands, and whether it was made just now. */
    record Found(Sandbox sandbox, SandboxRecord record, boolean fresh) {}

    /** The labels by which a thread's sandbox is found. */
    Labels selector(ThreadRecord thread) {
        return mine().with(THREAD, thread.id().value());
    }

    /** The labels of everything that this installation made. */
    Labels mine() {
        return Labels.of("oxbow-managed", "true", "oxbow-owner", installation);
    }

    /** Sandboxes that nobody may use any more. */
    Leftovers leftovers() {
        return leftovers;
    }

    /** The thread's sandbox, if it has one; a failed look-up throws and never means none. */
    Optional<Sandbox> find(SandboxProvider provider, ThreadRecord thread) {
        try {
            return lookUp(provider, thread);
        } catch (OxException e) {
            if (e.code() != ErrorCode.PROVIDER_UNAVAILABLE || e.context().containsKey("circuit")) {
                throw e;
            }
            OxException told =
                    OxException.of(
                                    e.code(),
                                    "could not list sandboxes; nothing was created (%s)",
                                    e.getMessage())
                            .causedBy(e);
            e.context().forEach(told::with);
            throw told.with("operation", "lookup");
        }
    }

    private Optional<Sandbox> lookUp(SandboxProvider provider, ThreadRecord thread) {
        Map<SandboxId, Sandbox> found = new LinkedHashMap<>();
        for (Sandbox sandbox : provider.list(selector(thread))) {
            if (mayBeUsed(sandbox)) {
                found.put(sandbox.id(), sandbox);
            }
        }
        // A list may lag behind: what the store knows is asked for by its id.
        if (thread.sandbox().isPresent() && !found.containsKey(thread.sandbox().get())) {
            provider.get(thread.sandbox().get())
                    .filter(this::mayBeUsed)
                    .ifPresent(s -> found.put(s.id(), s));
        }
        if (found.size() > 1) {
            throw OxException.of(
                            ErrorCode.IDENTITY_AMBIGUOUS,
                            "expected one sandbox for %s, found %d: %s",
                            thread.worktree(),
                            found.size(),
                            found.keySet().stream()
                                    .map(SandboxId::value)
                                    .collect(Collectors.joining(", ")))
                    .with("sandboxes", found.keySet().stream().map(SandboxId::value).toList());
        }
        return found.values().stream().findFirst();
    }

    /** What is to go is removed by whoever comes next, whatever was put into it meanwhile. */
    private boolean mayBeUsed(Sandbox sandbox) {
        return sandbox.record().state() != SandboxState.DESTROYING
                && leftovers.find(sandbox.id()).isEmpty();
    }

    /**
     * What a thread's sandbox is to be.
     *
     * @param tier its walls at least, also of one that is there; empty for the provider's usual
     * @param limits what it may use, if it is made
     * @param from what its files begin as, if it is made
     */
    record Wanted(Optional<Tier> tier, Limits limits, Optional<CheckpointId> from) {}

    /** The thread's sandbox, made or started if need be. */
    Found ensure(
            SandboxProvider provider, ThreadRecord thread, Wanted wanted, Consumer<Event> events) {
        try (LockFile _ = hold(thread)) {
            ThreadRecord now = parts.store().thread(thread.id()).orElse(thread);
            Optional<Sandbox> existing = find(provider, now);
            if (existing.isPresent()) {
                refuseIfWeaker(existing.get().record(), wanted.tier().orElse(provider.tier()));
                settle(existing.get(), now);
                try {
                    return ready(existing.get(), now, provider, wanted, events);
                } catch (OxException e) {
                    // It went away in between: by id and by label, or this is not known.
                    if (e.code() != ErrorCode.SANDBOX_NOT_FOUND
                            || find(provider, now).isPresent()) {
                        throw e;
                    }
                }
            }
            return make(provider, now, wanted, events);
        }
    }

    /** Walls that stand are not made stronger, and a sandbox with work in it is not replaced. */
    private static void refuseIfWeaker(SandboxRecord record, Tier wanted) {
        if (!record.tier().satisfies(wanted)) {
            throw OxException.of(
                            ErrorCode.ISOLATION_UNAVAILABLE,
                            "sandbox %s of this worktree has walls of tier %s, and %s was asked"
                                    + " for",
                            record.id(),
                            record.tier().wire(),
                            wanted.wire())
                    .with("sandboxId", record.id().value())
                    .suggest(
                            "Ask for --tier %s, or remove it with 'ox rm %s' to have another made.",
                            record.tier().wire(), record.id());
        }
    }

    /** The thread that a sandbox belongs to. */
    Optional<ThreadRecord> threadOf(Sandbox sandbox) {
        return Optional.ofNullable(sandbox.record().labels().values().get(THREAD))
                .flatMap(id -> parts.store().thread(new ThreadId(id)));
    }

    /**
     * Finishes a rollback that a killed process began; for whoever holds the thread. One that was
     * not done is not done now: somebody may have gone on in the sandbox since.
     */
    void settle(Sandbox sandbox, ThreadRecord thread) {
        parts.checkpoints()
                .pending(sandbox.id())
                .ifPresent(pending -> {
                    boolean done = sandbox.record().incarnation() > pending.incarnation();
                    if (done && Files.isDirectory(thread.worktree())) {
                        parts.workspaces()
                                .of(thread.worktree())
                                .restore(sandbox.id(), pending.to());
                    }
                    parts.checkpoints().end(sandbox.id());
                });
    }

    private Found ready(
            Sandbox sandbox,
            ThreadRecord thread,
            SandboxProvider provider,
            Wanted wanted,
            Consumer<Event> events) {
        SandboxRecord record = sandbox.record();
        switch (record.state()) {
            case PAUSED -> {
                long began = System.nanoTime();
                sandbox.start();
                events.accept(
                        new EngineEvent.SandboxResumed(
                                sandbox.id(),
                                Duration.ofNanos(System.nanoTime() - began).toMillis()));
            }
            case READY, BUSY ->
                    events.accept(
                            new EngineEvent.SandboxReused(
                                    sandbox.id(), record.provider(), record.tier().wire()));
            case FAILED -> {
                refuseIfKept(sandbox.id());
                return recreate(sandbox, thread, provider, wanted, events);
            }
            case DEGRADED, DESTROYED ->
                    throw OxException.of(
                            ErrorCode.SANDBOX_DEGRADED,
                            "sandbox %s is %s; it was not touched",
                            sandbox.id(),
                            record.state().wire());
            case CREATING, STARTING, STOPPING, STOPPED, ARCHIVED, DESTROYING -> {
                long began = System.nanoTime();
                sandbox.start();
                awaitReady(sandbox, thread, provider);
                events.accept(
                        new EngineEvent.SandboxStarted(
                                sandbox.id(),
                                Duration.ofNanos(System.nanoTime() - began).toMillis()));
            }
        }
        // Under the lock: housekeeping now finds it in use.
        sandbox.touch();
        parts.store().setSandbox(thread.id(), Optional.of(sandbox.id()));
        return new Found(sandbox, sandbox.record(), false);
    }

    /** Waits until it takes commands; one that never gets so far holds nothing and goes. */
    private void awaitReady(Sandbox sandbox, ThreadRecord thread, SandboxProvider provider) {
        TimeSource time = parts.contingency().time();
        long began = time.nanos();
        Map<String, Long> spent = new LinkedHashMap<>();
        SandboxState state =
                provider.get(sandbox.id())
                        .map(s -> s.record().state())
                        .orElseThrow(() -> gone(sandbox.id()));
        while (state == SandboxState.CREATING || state == SandboxState.STARTING) {
            long before = time.nanos();
            if (before - began >= parts.contingency().settleFor().toNanos()) {
                throw stuck(sandbox.id(), state, spent, thread, provider);
            }
            pause(time);
            spent.merge(state.wire(), time.nanos() - before, Long::sum);
            state =
                    provider.get(sandbox.id())
                            .map(s -> s.record().state())
                            .orElseThrow(() -> gone(sandbox.id()));
        }
    }

    private static OxException gone(SandboxId id) {
        return OxException.of(ErrorCode.SANDBOX_NOT_FOUND, "sandbox %s is gone", id);
    }

    private static void pause(TimeSource time) {
        try {
            time.sleep(SETTLE_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(
                            ErrorCode.OPERATION_INTERRUPTED, "waiting for the sandbox was given up")
                    .causedBy(e);
        }
    }

    private OxException stuck(
            SandboxId id,
            SandboxState state,
            Map<String, Long> spent,
            ThreadRecord thread,
            SandboxProvider provider) {
        if (parts.manifests().load(id).isEmpty()) {
            leftovers.add(provider, id, "stuck in " + state.wire());
            parts.store().setSandbox(thread.id(), Optional.empty());
            var _ = leftovers.remove(provider, id);
        }
        String phases =
                spent.entrySet().stream()
                        .map(e -> e.getKey() + " " + e.getValue() / 1_000_000_000 + " s")
                        .collect(Collectors.joining(", "));
        return OxException.of(ErrorCode.PROVIDER_TIMEOUT, "stuck in %s: %s", state.wire(), phases)
                .with("sandbox", id.value());
    }

    /**
     * Replaces a sandbox that is confirmed to be broken, after its work was saved. If that cannot
     * be read, it is not known to be none, and the sandbox stays.
     */
    private Found recreate(
            Sandbox broken,
            ThreadRecord thread,
            SandboxProvider provider,
            Wanted wanted,
            Consumer<Event> events) {
        String saved = save(broken, thread);
        leftovers.add(provider, broken.id(), "unusable");
        parts.store().setSandbox(thread.id(), Optional.empty());
        Optional<OxException> left = leftovers.remove(provider, broken.id());
        Found anew = make(provider, thread, wanted, events);
        String reason =
                broken.id()
                        + " unusable ("
                        + SandboxState.FAILED.wire()
                        + "); "
                        + saved
                        + "; recreated"
                        + left.map(e -> "; " + e.getMessage()).orElse("");
        events.accept(
                new EngineEvent.SyncWarning(
                        ErrorCode.SANDBOX_CORRUPTED.name(), Optional.empty(), reason));
        events.accept(
                new EngineEvent.SandboxRecreated(
                        anew.sandbox().id(), Optional.of(broken.id()), reason));
        return anew;
    }

    private String save(Sandbox broken, ThreadRecord thread) {
        if (parts.manifests().load(broken.id()).isEmpty()) {
            return "0 files recovered";
        }
        Workspace workspace = parts.workspaces().of(thread.worktree());
        try {
            int files = workspace.unextracted(broken).size();
            if (files == 0) {
                return "0 files recovered";
            }
            RunId as = RunId.next();
            var _ = workspace.harvest(broken, as, true, Progress.NONE);
            return files + " files recovered in refs/oxbow/runs/" + as;
        } catch (OxException e) {
            throw OxException.of(
                            ErrorCode.SANDBOX_CORRUPTED,
                            "%s unusable (%s) and its work cannot be read (%s); it was kept",
                            broken.id(),
                            SandboxState.FAILED.wire(),
                            e.getMessage())
                    .suggest("Look into it, then remove it with 'ox rm --force %s'.", broken.id())
                    .causedBy(e);
        }
    }

    /** Whether a run asked to have a sandbox kept. */
    boolean kept(SandboxId id) {
        return parts.store().runs(RunFilter.EVERY).stream()
                .filter(run -> run.request().keeping() == Keeping.KEEP)
                .anyMatch(run -> run.progress().sandbox().equals(Optional.of(id)));
    }

    private void refuseIfKept(SandboxId id) {
        if (kept(id)) {
            throw OxException.of(
                            ErrorCode.SANDBOX_DEGRADED,
                            "sandbox %s failed and is kept, as a run of it asked for",
                            id)
                    .suggest("Look into it, then remove it with 'ox rm --force %s'.", id);
        }
    }

    private Found make(
            SandboxProvider provider, ThreadRecord thread, Wanted wanted, Consumer<Event> events) {
        Optional<CheckpointId> from = wanted.from();
        // An id that was stored but never given any files was only intended.
        Optional<SandboxId> gone =
                thread.sandbox()
                        .filter(_ -> from.isEmpty())
                        .filter(old -> parts.manifests().load(old).isPresent());
        SandboxId id = SandboxId.next();
        parts.store().setSandbox(thread.id(), Optional.of(id));
        // A fork is never without its base: whoever finds it must know what is its own work.
        from.ifPresent(c -> parts.workspaces().of(thread.worktree()).restore(id, c));
        parts.steps().accept(CrashPoint.SANDBOX_INTENDED);
        long began = System.nanoTime();
        Labels labels =
                selector(thread)
                        .with("oxbow-worktree-id", Worktree.at(thread.worktree()).identity())
                        .with("oxbow-intent", id.value())
                        .with("oxbow-repo", slug(thread.worktree()));
        Map<String, Path> shown = Map.of(Sandbox.AGENTS, agents());
        SandboxSpec spec =
                SandboxSpec.of(id)
                        .withLabels(labels)
                        .withLimits(wanted.limits())
                        .withReadOnly(shown)
                        .withTier(wanted.tier().orElse(provider.tier()));
        Sandbox sandbox = provider.create(from.map(spec::from).orElse(spec));
        parts.steps().accept(CrashPoint.SANDBOX_MADE);
        SandboxRecord record = sandbox.record();
        events.accept(
                new EngineEvent.SandboxCreated(
                        id,
                        record.provider(),
                        record.tier().wire(),
                        Duration.ofNanos(System.nanoTime() - began).toMillis()));
        from.ifPresent(c -> events.accept(new EngineEvent.SandboxForked(id, c)));
        gone.ifPresent(old ->
                events.accept(
                        new EngineEvent.SandboxRecreated(
                                id, Optional.of(old), old + " is gone; created " + id)));
        events.accept(new EngineEvent.SandboxLimits(id, limits(record)));
        return new Found(sandbox, record, true);
    }

    private static List<EngineEvent.Limit> limits(SandboxRecord record) {
        return record.enforced().stream()
                .map(e -> new EngineEvent.Limit(e.name(), e.inForce(), e.mechanism()))
                .toList();
    }

    /** The folder of the agents; it is shown before the first one is installed, and fills later. */
    private Path agents() {
        Path root = parts.agents().root();
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectories(root);
                Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return root;
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "%s cannot be made: %s", root, e)
                    .causedBy(e);
        }
    }

    /** A name as a label may hold it. */
    private static String slug(Path worktree) {
        String name = String.valueOf(worktree.getFileName()).replaceAll("[^A-Za-z0-9_.-]+", "-");
        return name.length() > 63 ? name.substring(0, 63) : name;
    }

    /** Keeps two processes from looking and making at the same time. */
    LockFile hold(ThreadRecord thread) {
        Deadline deadline = Deadline.in(LOCK_PATIENCE);
        while (true) {
            Optional<LockFile> held = LockFile.tryHold(parts.data().threadLock(thread.id()));
            if (held.isPresent()) {
                return held.get();
            }
            if (deadline.expired()) {
                throw OxException.of(
                        ErrorCode.WORKTREE_BUSY,
                        "the sandbox of %s has been changed by another process for 2 minutes",
                        thread.worktree());
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
