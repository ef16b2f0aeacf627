package dev.oxbow.engine;

import dev.oxbow.agents.Event;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Checkpoints.Reason;
import dev.oxbow.recording.RunLog;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.workspace.Change;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints that a run takes by itself: before its agent starts, and after each turn that
 * changed files. Only where they cost next to nothing, whatever the size of the tree. They are a
 * convenience: what fails is said in the log, and the run goes on.
 *
 * <p>Those after turns are taken on a thread of their own, beside the working agent. Should turns
 * end faster than checkpoints are taken, the newer one stands for both.
 */
final class RunCheckpoints implements AutoCloseable {
    private final EngineParts parts;
    private final RunJournal journal;
    private final RunLog log;
    private final SandboxProvider provider;
    private final Sandbox sandbox;
    private final Checkpoints checkpoints;
    private final boolean cheap;
    private final Turns turns = new Turns();
    private final Object lock = new Object();
    private @Nullable Thread taker;
    private OptionalInt wanted = OptionalInt.empty();
    private boolean closed;
    private List<Change> seen = List.of();

    RunCheckpoints(
            EngineParts parts,
            RunJournal journal,
            RunLog log,
            SandboxProvider provider,
            Sandbox sandbox) {
        this.parts = parts;
        this.journal = journal;
        this.log = log;
        this.provider = provider;
        this.sandbox = sandbox;
        this.checkpoints = new Checkpoints(parts, new SandboxKeeper(parts));
        this.cheap =
                provider.capabilities(sandbox.record().tier()).contains(Capability.CHECKPOINT_FAST);
    }

    /** Keeps what the agent is about to start with. */
    Optional<CheckpointId> beforeAgent() {
        return cheap ? take(Reason.beforeRun(journal.id())) : Optional.empty();
    }

    /**
     * Looks for the end of a turn.
     *
     * @param stored whether a former driver has seen this event already
     */
    void saw(Event event, boolean stored) {
        OptionalInt over = turns.next(event);
        if (cheap && !stored && over.isPresent()) {
            want(over);
        }
    }

    /** Waits for what is under way and keeps what the last turn left. */
    void agentEnded() throws InterruptedException {
        OptionalInt last = turns.last();
        if (cheap && last.isPresent()) {
            want(last);
        }
        finish();
    }

    private void want(OptionalInt turn) {
        synchronized (lock) {
            wanted = turn;
            lock.notifyAll();
            if (taker == null) {
                taker =
                        Thread.ofPlatform()
                                .name("checkpoints-" + journal.id())
                                .daemon(true)
                                .start(this::takeWanted);
            }
        }
    }

    private void takeWanted() {
        try {
            for (OptionalInt turn = next(); turn.isPresent(); turn = next()) {
                afterTurn(turn.getAsInt());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private OptionalInt next() throws InterruptedException {
        synchronized (lock) {
            while (wanted.isEmpty() && !closed) {
                lock.wait();
            }
            OptionalInt turn = wanted;
            wanted = OptionalInt.empty();
            return turn;
        }
    }

    private void afterTurn(int turn) {
        try {
            List<Change> now = parts.workspaces().of(journal.run().worktree()).unextracted(sandbox);
            if (!now.equals(seen) && take(Reason.afterTurn(turn, journal.id())).isPresent()) {
                seen = now;
            }
        } catch (RuntimeException e) {
            log.say(
                    RunPhase.AGENT_RUNNING.wire(),
                    "no checkpoint after turn " + turn + ": " + OxException.from(e).getMessage());
        }
    }

    private Optional<CheckpointId> take(Reason why) {
        try {
            ThreadRecord thread = parts.store().thread(journal.run().thread()).orElseThrow();
            Checkpoint taken = checkpoints.take(sandbox, provider, thread, why);
            journal.note(Checkpoints.event(taken));
            return Optional.of(taken.id());
        } catch (RuntimeException e) {
            log.say(
                    RunPhase.AGENT_RUNNING.wire(),
                    "no checkpoint %s: %s"
                            .formatted(why.name().orElse(""), OxException.from(e).getMessage()));
            return Optional.empty();
        }
    }

    private void finish() throws InterruptedException {
        Thread last;
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
            last = taker;
        }
        if (last != null) {
            last.join();
        }
    }

    /** Lets what is under way end; takes nothing more. */
    @Override
    public void close() {
        synchronized (lock) {
            wanted = OptionalInt.empty();
        }
        try {
            finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
