package dev.oxbow.engine;

import dev.oxbow.base.ProcessId;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.workspace.ConflictPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Everything a face can ask for: start runs and watch, steer and collect them.
 *
 * <p>Runs belong to the data directory, not to this object: any number of engines, in any number of
 * processes, see the same runs and follow each other's. A run is looked after by one engine at a
 * time; if that one's process dies, another one takes over where it stopped.
 *
 * <p>Failures are {@link dev.oxbow.base.OxException}s. An id that nothing has is {@code
 * RUN_NOT_FOUND}; records that cannot be read are {@code STORE_UNREADABLE}, and then nothing is
 * started or removed. All methods are safe for concurrent use and may be called from virtual
 * threads.
 */
public interface Engine extends AutoCloseable {

    /**
     * Accepts a run, or several attempts, and begins it: in this process, or in one of its own if
     * {@link RunRequest#detach} is set. What is wrong with the request itself (worktree, agent,
     * arguments, missing key) is thrown here and leaves no trace; what goes wrong later becomes the
     * run's outcome.
     *
     * @return one id per attempt, in order; each is stored and can be followed
     */
    List<RunId> start(RunRequest request);

    /**
     * Looks after a run in this process until it has ended, or returns at once if another process
     * does. What the background process of a detached run calls.
     *
     * @return the run as it is afterwards
     * @throws InterruptedException while driving; the run then waits for its next driver
     */
    RunView drive(RunId id) throws InterruptedException;

    /**
     * Stops looking after a run without ending it: its agent goes on and a process of its own takes
     * over, where that is set up. Takes up to {@link #CLOSE_GRACE}; a no-op if this engine does not
     * drive it.
     */
    void leave(RunId id);

    /**
     * Asks a run to stop: the agent gets TERM, after 5 s KILL, and its work is brought back.
     * Returns at once; the end is seen in the events. A no-op if the run has ended.
     *
     * @throws dev.oxbow.base.OxException {@code AGENT_AUTH_MISSING} if nobody drives it and the key
     *     of its model is not set here: the wish is kept, and whoever takes the run up obeys it
     */
    void cancel(RunId id);

    /**
     * The events of a run from the one after {@code since}, followed until the last. Works for runs
     * that any process drives. Should this engine drive it and be unable to go on or even to store
     * why, that failure is thrown behind the last stored event.
     *
     * @param since number of the last event already seen, 0 for none
     * @throws dev.oxbow.base.OxException {@code CURSOR_AHEAD} if there is no such event yet
     */
    EventStream events(RunId id, long since);

    /**
     * The log of a run.
     *
     * @param offset first byte wanted
     * @param follow whether to wait for more while the run goes on
     * @throws dev.oxbow.base.OxException {@code CURSOR_AHEAD} if it is shorter
     */
    LogReader log(RunId id, long offset, boolean follow);

    /** Runs that match, newest first. */
    List<RunView> runs(RunFilter filter);

    /** One run. */
    RunView run(RunId id);

    /** Waits for the end of a run by any driver. */
    RunView await(RunId id) throws InterruptedException;

    /** The newest run of the worktree that holds {@code cwd}: {@code RUN_NOT_FOUND} if none. */
    RunView latest(Path cwd);

    /** All sandboxes of this installation, oldest first. */
    List<SandboxRecord> sandboxes();

    /** Starts a command of the user's own in a sandbox. Not a run: no events, no artifacts. */
    Execution exec(ExecRequest request);

    /**
     * A command that some engine has started, running or ended: by {@link #exec}, on a terminal, or
     * as the agent of a run.
     *
     * @throws dev.oxbow.base.OxException {@code PROCESS_NOT_FOUND} if no sandbox has it
     */
    Attachment find(ProcessId id);

    /** All commands that run now, terminals included, those of older sandboxes first. */
    List<ProcessView> processes();

    /**
     * Opens a durable terminal in a sandbox; with an empty command, a login shell. It goes on until
     * its command ends or it is hung up, whoever looks at it.
     */
    Terminal terminal(ExecRequest request, TerminalSize size);

    /** What a run changed, as a binary-safe patch against the state it started from. */
    byte[] diff(RunId id);

    /**
     * Brings the result of an ended run into its worktree, whatever was applied before.
     *
     * @return the outcome as it is now: {@code completed} or {@code conflict}
     */
    RunOutcome apply(RunId id, ConflictPolicy policy);

    /**
     * Destroys a sandbox.
     *
     * @param force also if it is in use or holds work that exists nowhere else: its runs are
     *     cancelled, and the work is archived for a week
     * @throws dev.oxbow.base.OxException {@code WORK_NOT_EXTRACTED} or {@code WORKTREE_BUSY} unless
     *     forced
     */
    Removal remove(SandboxId id, boolean force);

    /**
     * Forgets an ended run, and destroys its sandbox if no other run is left in it and none asked
     * to have it kept.
     */
    Removal remove(RunId id, boolean force);

    /** The checkpoints of this installation. */
    Timeline timeline();

    /** The attempts that a run is one of, in their order; only itself if there is just one. */
    List<AttemptView> attempts(RunId id);

    /** Every agent Oxbow can run. */
    List<AgentView> agents();

    /**
     * Installs the pinned version of an agent; at once if it is in place.
     *
     * @param name as in {@code --agent}
     * @param progress gets one line per step, from the calling thread
     */
    AgentView install(String name, Consumer<String> progress);

    /** Every provider of sandboxes, the default first, each examined as in {@link #examine}. */
    List<ProviderView> providers();

    /** Examines walls, agents and tools without side effects that last. */
    Examination examine();

    /**
     * Finds runs whose driver has died and has them driven on, each in a process of its own where
     * that is set up, else in this one. Called by every face once at its start; cheap if there is
     * nothing to do. A run whose agent works is left alone where the key of its model is not set.
     *
     * @return the runs taken up
     */
    List<RunId> recover();

    /**
     * Does one round of housekeeping: sandboxes that idle are paused and stopped, those that nobody
     * needs any more are destroyed once their work is safe. What cannot be read is left alone with
     * all that depends on it. Providers give back what nothing needs any more.
     *
     * @param dryRun only look and tell
     */
    Sweep sweep(boolean dryRun);

    /**
     * Has idle sandboxes rest (paused, or stopped where there are no pauses), those first that have
     * idled longest and none that is at work, to save what they cost.
     *
     * @param most how many at most
     * @return what was done, in order
     */
    List<Chore> rest(int most);

    /**
     * Keeps house in the background until this engine is closed. Called by every face once at its
     * start; rounds of several processes do not get into each other's way. What goes wrong is told
     * by {@link #sweep} of whoever asks.
     */
    void keepHouse();

    /** Stops following and driving; runs that this engine drove are handed on. */
    @Override
    void close();

    /** How long {@link #close} waits for what it ends. */
    Duration CLOSE_GRACE = Duration.ofSeconds(10);
}
