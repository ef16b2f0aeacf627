package dev.oxbow.engine;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the engine remembers of threads, runs and events; shared by all its processes.
 *
 * <p>Every method is one transaction: done as a whole and durable on return, or not at all. Records
 * that cannot be read or written are {@code STORE_UNREADABLE}, a full disk is {@code NO_SPACE};
 * absence is only reported when it is proven. Safe for concurrent use by threads and processes.
 */
public interface RunStore extends AutoCloseable {

    /** Id of this installation, made at the first use of the store; owner label of sandboxes. */
    String installation();

    /**
     * The thread of that identity, made if it is new.
     *
     * @param identity 24 hex digits
     * @param worktree root of the worktree, kept if the thread is new
     */
    ThreadRecord openThread(String identity, Path worktree);

    /** The thread of that identity. */
    Optional<ThreadRecord> threadByIdentity(String identity);

    /** The thread with that id. */
    Optional<ThreadRecord> thread(ThreadId id);

    /** Remembers which sandbox a thread has or is about to have; empty forgets it. */
    void setSandbox(ThreadId id, Optional<SandboxId> sandbox);

    /**
     * Adds runs, all or none.
     *
     * @param onlyIfFree whether it is {@code WORKTREE_BUSY} if a thread concerned has a run that
     *     has not ended
     */
    void add(List<RunRecord> runs, boolean onlyIfFree);

    /** The run with that id. */
    Optional<RunRecord> run(RunId id);

    /** Runs that match, newest first. The filter's worktree must be the real root, if present. */
    List<RunRecord> runs(RunFilter filter);

    /** Runs of a thread that have not ended, oldest first. */
    List<RunRecord> unended(ThreadId thread);

    /**
     * Makes the caller the driver of a run.
     *
     * @return the token to write with; every token given out before is void from now on
     */
    long takeOver(RunId id);

    /**
     * Stores how far a run is together with the events that tell of it, numbered on from the last.
     *
     * @param token from {@link #takeOver}; {@code OPERATION_INTERRUPTED} if it is void
     * @return the events as they were stored
     */
    List<EventEnvelope> commit(RunId id, long token, RunProgress progress, List<EventDraft> events);

    /** Notes that a run shall stop; a no-op if it has ended. */
    void requestCancel(RunId id);

    /** Whether somebody wants the run to stop. */
    boolean cancelRequested(RunId id);

    /**
     * Replaces the outcome of an ended run, after its result was applied later.
     *
     * @throws dev.oxbow.base.OxException {@code RUN_IN_PROGRESS} if it has not ended
     */
    void amend(RunId id, RunOutcome outcome);

    /** Number of a run's latest event, 0 before the first; {@code RUN_NOT_FOUND} if no run. */
    long lastSeq(RunId id);

    /** Events after a number, in order, at most {@code limit}. */
    List<EventEnvelope> events(RunId id, long since, int limit);

    /** What is kept of an agent's session from run to run of a thread. */
    Optional<SessionRecord> session(ThreadId thread, String agent, String sessionId);

    /** The session that an agent used last in a thread. */
    Optional<SessionRecord> latestSession(ThreadId thread, String agent);

    /** Remembers a session as the latest of its agent in its thread. */
    void saveSession(SessionRecord session);

    /** Forgets a run and its events; a no-op if absent. */
    void delete(RunId id);

    /** Releases what this object holds. */
    @Override
    void close();
}
