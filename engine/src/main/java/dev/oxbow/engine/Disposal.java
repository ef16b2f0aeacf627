package dev.oxbow.engine;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.BootTime;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Destroys a sandbox without losing what only it holds. */
final class Disposal {
    private static final int ATTEMPTS = 3;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final EngineParts parts;
    private final WorkArchive archive;
    private final Supplier<BootTime> clock;

    Disposal(EngineParts parts, WorkArchive archive, Supplier<BootTime> clock) {
        this.parts = parts;
        this.archive = archive;
        this.clock = clock;
    }

    /** Work that is nowhere else is archived first; if that fails, nothing is destroyed. */
    Chore end(
            SandboxProvider provider,
            Sandbox sandbox,
            SandboxRecord record,
            Optional<ThreadRecord> thread,
            Fate.Destroy fate) {
        Optional<Path> kept = archive(sandbox, record, thread, fate.reason());
        destroy(provider, sandbox);
        thread.ifPresent(t -> forget(sandbox, t));
        return new Chore(
                sandbox.id(),
                Chore.Action.DESTROY,
                fate.reason() + kept.map(at -> "; work archived as " + at).orElse(""),
                kept.map(Path::toString));
    }

    /**
     * Archives what may be nowhere else.
     *
     * @return where; empty if all of it is elsewhere, or there is nothing
     */
    Optional<Path> archive(
            Sandbox sandbox, SandboxRecord record, Optional<ThreadRecord> thread, String reason) {
        // Of one that is half gone the work was made safe before.
        return record.state() == SandboxState.DESTROYING || safe(sandbox, record, thread)
                ? Optional.empty()
                : archive.keep(sandbox, thread.map(ThreadRecord::worktree), reason, clock.get());
    }

    /** Whether it is certain that all its work is elsewhere; what cannot be compared is not. */
    private boolean safe(Sandbox sandbox, SandboxRecord record, Optional<ThreadRecord> thread) {
        if (record.state() == SandboxState.FAILED
                || thread.isEmpty()
                || !Files.isDirectory(thread.get().worktree())) {
            return false;
        }
        try {
            return parts.workspaces().of(thread.get().worktree()).unextracted(sandbox).isEmpty();
        } catch (OxException e) {
            return false;
        }
    }

    /** A provider that says it is done and still has it has not done it. */
    private static void destroy(SandboxProvider provider, Sandbox sandbox) {
        OxException last = null;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                provider.destroy(sandbox.id());
                if (provider.get(sandbox.id()).isEmpty()) {
                    return;
                }
                last = OxException.of(ErrorCode.DESTROY_FAILED, "it is still there");
            } catch (OxException e) {
                last = e;
            }
            LockSupport.parkNanos(PAUSE.toNanos() * attempt);
        }
        throw OxException.of(
                        ErrorCode.DESTROY_FAILED,
                        "%s",
                        last == null ? "it is still there" : last.getMessage())
                .with("sandboxId", sandbox.id().value());
    }

    /** Forgets what is kept outside for a sandbox that is no more. */
    void forget(Sandbox sandbox, ThreadRecord thread) {
        if (thread.sandbox().equals(Optional.of(sandbox.id()))) {
            parts.store().setSandbox(thread.id(), Optional.empty());
        }
        if (Files.isDirectory(thread.worktree())) {
            parts.workspaces().of(thread.worktree()).forget(sandbox.id());
        } else {
            parts.manifests().delete(sandbox.id());
        }
    }
}
