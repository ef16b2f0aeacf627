package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.SandboxProvider;
import java.time.Duration;
import java.util.Optional;

/**
 * Gets a run the sandbox it works in, whatever the provider does meanwhile: waits for room where
 * all that are allowed are in use, and lets another provider stand in for one that does not answer.
 *
 * <p>Another provider stands in only if nothing of this worktree is known to be with the first one
 * (a worktree has one sandbox, and work that cannot be reached is not left behind), and only if its
 * walls are as strong as the run asks for.
 */
final class SandboxSupply {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final EngineParts parts;
    private final RunJournal journal;
    private final SandboxKeeper keeper;
    private final Runnable checkStop;

    /**
     * A supply for one run.
     *
     * @param checkStop throws if the run is to be left or cancelled
     */
    SandboxSupply(EngineParts parts, RunJournal journal, SandboxKeeper keeper, Runnable checkStop) {
        this.parts = parts;
        this.journal = journal;
        this.keeper = keeper;
        this.checkStop = checkStop;
    }

    /** The sandbox, ready; the run's progress says which provider has it. */
    SandboxKeeper.Found get(
            SandboxProvider provider, ThreadRecord thread, Optional<CheckpointId> from)
            throws InterruptedException {
        if (from.isPresent()) {
            // A checkpoint is with its provider: nobody can stand in.
            return waitForRoom(provider, thread, from);
        }
        Optional<SandboxId> work =
                thread.sandbox().filter(id -> parts.manifests().load(id).isPresent());
        Optional<SandboxProvider> other = standIn(provider);
        boolean there = other.isPresent() && work.isPresent() && has(other.get(), work.get());
        if (there && journal.run().request().provider().isEmpty()) {
            // It stood in before, and a worktree has one sandbox.
            journal.advance(c -> c.provider(other.get().name()));
            return waitForRoom(other.get(), thread, from);
        }
        try {
            return waitForRoom(provider, thread, from);
        } catch (OxException e) {
            if (!isNoAnswer(e.code()) || other.isEmpty() || (work.isPresent() && !there)) {
                throw e;
            }
            return from(other.get(), provider, thread, e);
        }
    }

    private static boolean has(SandboxProvider provider, SandboxId id) {
        return provider.get(id).isPresent();
    }

    private static boolean isNoAnswer(ErrorCode code) {
        return code == ErrorCode.PROVIDER_TIMEOUT || code == ErrorCode.PROVIDER_UNAVAILABLE;
    }

    private Optional<SandboxProvider> standIn(SandboxProvider provider) {
        return parts.contingency()
                .fallback()
                .filter(name -> !name.equals(provider.name()))
                .flatMap(name -> Optional.ofNullable(parts.providers().get(name)))
                .filter(other -> journal.run().request().tier().among(other.tiers()).isPresent());
    }

    private SandboxKeeper.Found from(
            SandboxProvider other, SandboxProvider first, ThreadRecord thread, OxException why)
            throws InterruptedException {
        // Whether the first one made anything is not known: it is written down to be removed.
        Optional<SandboxId> intended =
                parts.store()
                        .thread(thread.id())
                        .flatMap(ThreadRecord::sandbox)
                        .filter(id -> parts.manifests().load(id).isEmpty())
                        .filter(id -> !has(other, id));
        intended.ifPresent(id -> keeper.leftovers().add(first, id, why.getMessage()));
        journal.note(
                new AgentEvent.Notice(
                        AgentEvent.Level.WARNING,
                        why.getMessage() + "; " + other.name() + " stands in"));
        journal.note(new EngineEvent.RunPhase("fallback_local"));
        journal.advance(c -> c.provider(other.name()));
        if (intended.isPresent()) {
            parts.store().setSandbox(thread.id(), Optional.empty());
        }
        journal.note(new EngineEvent.RunPhase(RunPhase.SANDBOX_CREATE.wire()));
        journal.flush();
        ThreadRecord now = parts.store().thread(thread.id()).orElse(thread);
        SandboxKeeper.Found found = waitForRoom(other, now, Optional.empty());
        var _ = keeper.leftovers().retry(parts.providers());
        return found;
    }

    private SandboxKeeper.Found waitForRoom(
            SandboxProvider provider, ThreadRecord thread, Optional<CheckpointId> from)
            throws InterruptedException {
        RunRequest request = journal.run().request();
        long began = parts.contingency().time().nanos();
        Duration pause = FIRST_PAUSE;
        int told = 0;
        while (true) {
            try {
                return keeper.ensure(
                        provider,
                        thread,
                        new SandboxKeeper.Wanted(
                                Optional.of(request.tier()), request.limits(), from),
                        journal::note);
            } catch (OxException e) {
                Duration waited = Duration.ofNanos(parts.contingency().time().nanos() - began);
                if (e.code() != ErrorCode.QUOTA_EXCEEDED) {
                    throw e;
                }
                if (waited.compareTo(parts.contingency().queueFor()) >= 0) {
                    throw OxException.of(
                                    ErrorCode.QUOTA_EXCEEDED,
                                    "%s; queued %d min",
                                    e.getMessage(),
                                    waited.toMinutes())
                            .causedBy(e);
                }
            }
            int position = position(provider);
            if (position != told) {
                told = position;
                journal.note(new EngineEvent.RunQueued(position));
                journal.flush();
            }
            rest(pause);
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }
    }

    /** 1 for the run that is to get the next sandbox of this provider. */
    private int position(SandboxProvider provider) {
        long before =
                parts.store().runs(RunFilter.ACTIVE).stream()
                        .filter(run -> run.progress().phase() == RunPhase.SANDBOX_CREATE)
                        .filter(run -> run.providerNow().equals(provider.name()))
                        .filter(run -> run.id().value().compareTo(journal.id().value()) < 0)
                        .count();
        return (int) before + 1;
    }

    private void rest(Duration pause) throws InterruptedException {
        Duration left = pause;
        while (left.isPositive()) {
            checkStop.run();
            Duration piece = left.compareTo(LOOK) < 0 ? left : LOOK;
            parts.contingency().time().sleep(piece);
            left = left.minus(piece);
        }
    }
}
