package dev.oxbow.engine;

import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.Event;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.posix.LockFile;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
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

    private static final Duration LOCK_PATIENCE = Duration.ofMinutes(2);

    private final EngineParts parts;
    private final String installation;

    SandboxKeeper(EngineParts parts) {
        this.parts = parts;
        this.installation = parts.store().installation();
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

    /** The thread's sandbox, if it has one; a failed look-up throws and never means none. */
    Optional<Sandbox> find(SandboxProvider provider, ThreadRecord thread) {
        Map<SandboxId, Sandbox> found = new LinkedHashMap<>();
        for (Sandbox sandbox : provider.list(selector(thread))) {
            if (sandbox.record().state() != SandboxState.DESTROYING) {
                found.put(sandbox.id(), sandbox);
            }
        }
        // A list may lag behind: what the store knows is asked for by its id.
        if (thread.sandbox().isPresent() && !found.containsKey(thread.sandbox().get())) {
            provider.get(thread.sandbox().get()).ifPresent(s -> found.put(s.id(), s));
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

    /**
     * The thread's sandbox, made or started if need be.
     *
     * @param from what its files begin as, if it is made
     */
    Found ensure(
            SandboxProvider provider,
            ThreadRecord thread,
            Limits limits,
            Optional<CheckpointId> from,
            Consumer<Event> events) {
        try (LockFile _ = hold(thread)) {
            ThreadRecord now = parts.store().thread(thread.id()).orElse(thread);
            Optional<Sandbox> existing = find(provider, now);
            if (existing.isPresent()) {
                settle(existing.get(), now);
                return ready(existing.get(), now, provider, limits, from, events);
            }
            return make(provider, now, limits, from, events);
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
            Limits limits,
            Optional<CheckpointId> from,
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
                provider.destroy(sandbox.id());
                parts.store().setSandbox(thread.id(), Optional.empty());
                Found anew = make(provider, thread, limits, from, events);
                events.accept(
                        new EngineEvent.SandboxRecreated(
                                anew.sandbox().id(),
                                Optional.of(sandbox.id()),
                                sandbox.id() + " was unusable"));
                return anew;
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

    /** Whether a run asked to have a sandbox kept. */
    boolean kept(SandboxId id) {
        return parts.store().runs(RunFilter.ALL).stream()
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
            SandboxProvider provider,
            ThreadRecord thread,
            Limits limits,
            Optional<CheckpointId> from,
            Consumer<Event> events) {
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
                SandboxSpec.of(id).withLabels(labels).withLimits(limits).withReadOnly(shown);
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
                        new EngineEvent.SandboxRecreated(id, Optional.of(old), old + " is gone")));
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
