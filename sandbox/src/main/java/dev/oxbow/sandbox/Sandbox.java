package dev.oxbow.sandbox;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One isolated environment: a view through which it is observed and controlled. Holding a view
 * keeps nothing alive, and dropping it ends nothing. Safe for concurrent use.
 */
public interface Sandbox {

    /** Where the workspace is, inside every sandbox of every provider. */
    String WORKSPACE = "/workspace";

    /** The home of the user that commands run as, inside every sandbox. */
    String HOME = "/home/agent";

    /** Where installed agents appear, read-only, inside every sandbox that has them. */
    String AGENTS = "/opt/oxbow/agents";

    /** Its id, constant. */
    SandboxId id();

    /** What is known of it now; asks the provider. */
    SandboxRecord record();

    /**
     * Starts a stopped sandbox on its kept files; a no-op if it is ready. The incarnation grows by
     * one and handles of processes of earlier incarnations answer with their recorded exit only.
     *
     * <p>A paused sandbox is woken: its processes go on where they were, in the same incarnation.
     * To use it wakes it as well: {@link #exec}, {@link #openTerminal}, {@link #openRelay}, input
     * and signals to its processes. To look does not: {@link #record}, output, and files, also
     * written ones.
     */
    void start();

    /** Ends all processes, also of a paused sandbox, and keeps the files. Idempotent. */
    void stop();

    /**
     * Freezes all processes where they are, with their memory, until the sandbox is woken. They get
     * no processor time, but time goes on for them as for a machine that sleeps: the deadline of a
     * process comes and ends it, frozen as it is. Output is kept and readable. Idempotent; on
     * failure nothing is frozen.
     *
     * @throws dev.oxbow.base.OxException {@code CONTAINER_UNAVAILABLE} if it is not running, {@code
     *     CAPABILITY_UNSUPPORTED} without {@link Capability#PAUSE_MEMORY}
     */
    void pause();

    /**
     * Tells that somebody is interested in the sandbox: {@link SandboxRecord#idle} begins anew, and
     * it is given its whole {@link Lifetime#ttl} again, so that it never ends earlier for it. Wakes
     * and starts nothing.
     */
    void touch();

    /** Replaces when it rests and ends by itself; a new {@link Lifetime#ttl} counts from now. */
    void setLifetime(Lifetime lifetime);

    /**
     * Starts a durable process. Keyed by {@code spec.id()}: the same id and spec return the
     * existing process, another spec throws {@code IDEMPOTENCY_KEY_REUSED}.
     *
     * @throws dev.oxbow.base.OxException {@code CONTAINER_UNAVAILABLE} if the sandbox is not ready
     */
    SandboxProcess exec(ProcessSpec spec);

    /**
     * The process with that id, running or ended; empty only if it is proven never to have been.
     */
    Optional<SandboxProcess> process(ProcessId id);

    /** All processes started by {@link #exec} whose records are kept, oldest first. */
    List<SandboxProcess> processes();

    /**
     * Opens a durable terminal running {@code spec}, whose input is the terminal whatever it says.
     * Keyed by {@code spec.id()} as {@link #exec} is: the same id and spec return the existing
     * terminal. It ends when its command ends, at its deadline, with its sandbox, or by {@link
     * Terminal#hangUp}; all that was started on it then ends too.
     *
     * @param size of the new terminal
     * @throws dev.oxbow.base.OxException {@code IDEMPOTENCY_KEY_REUSED} if a process or another
     *     terminal has that id; {@code CONTAINER_UNAVAILABLE} if the sandbox is not ready
     */
    Terminal openTerminal(ProcessSpec spec, TerminalSize size);

    /**
     * The terminal with that id, open or ended; empty only if it is proven never to have been.
     *
     * @throws dev.oxbow.base.OxException {@code CAPABILITY_UNSUPPORTED} without {@link
     *     Capability#PTY_REPLAY}
     */
    Optional<Terminal> terminal(ProcessId id);

    /**
     * All terminals whose records are kept, oldest first.
     *
     * @throws dev.oxbow.base.OxException {@code CAPABILITY_UNSUPPORTED} without {@link
     *     Capability#PTY_REPLAY}
     */
    List<Terminal> terminals();

    /**
     * The files below an absolute directory of the sandbox, such as {@link #WORKSPACE}, as long as
     * it has this incarnation: after a start or a rollback the tree refuses to read and to change
     * anything with {@code OPERATION_INTERRUPTED}.
     */
    FileTree files(String directory);

    /**
     * Watches the files below an absolute directory of {@link #files} from now on. Looking on wakes
     * nothing, and what is watched can be rolled back, stopped and destroyed as ever: {@link
     * FileWatch} says what is told then.
     *
     * @throws dev.oxbow.base.OxException as {@link #files}; {@code CONTAINER_UNAVAILABLE} if the
     *     sandbox is stopped; {@code QUOTA_EXCEEDED} if there are more directories than can be
     *     watched; {@code CAPABILITY_UNSUPPORTED} without {@link Capability#FILES_WATCH}
     */
    FileWatch watch(String directory);

    /**
     * Freezes the files as they are now: {@link #WORKSPACE}, {@link #HOME} and {@code /tmp}, with
     * modes, links and times. The sandbox may be ready, busy or stopped. Processes stand still
     * while it is taken and then go on; what they had written by then is in it, what they still
     * hold back is not. Sockets are left out. Keyed by {@code spec.id()}: the same id and spec
     * return the existing checkpoint, another spec or another sandbox throws {@code
     * IDEMPOTENCY_KEY_REUSED}. If it fails, there is no checkpoint and the files are untouched.
     */
    Checkpoint checkpoint(CheckpointSpec spec);

    /** The checkpoints taken of this sandbox and not deleted, oldest first. */
    List<Checkpoint> checkpoints();

    /**
     * Ends all processes, puts the files back as they were, and starts the sandbox: same id, same
     * labels, next incarnation, also if it was stopped. What was written since is gone, unless a
     * checkpoint holds it. Checkpoints stay, also those taken later. If it fails or is cut off, the
     * files are in the old or in the new state, never between.
     *
     * @param to a checkpoint of this sandbox, or the one it was forked from
     * @throws dev.oxbow.base.OxException {@code SNAPSHOT_NOT_FOUND} if there is no such checkpoint;
     *     {@code INVALID_ARGUMENT} if it belongs to another sandbox; no process is ended then
     */
    Rollback rollback(CheckpointId to);

    /** Replaces the whole label set. */
    void setLabels(Labels labels);

    /** The phase that its network is in. It stays the same when the sandbox stops and starts. */
    NetworkPhase network();

    /**
     * Puts the network into a phase, also while processes run: every relay that was opened in
     * another phase is closed and its connections are cut. When this returns, nothing passes any
     * more that was opened before, and relays of the new phase may be opened. A no-op if it is in
     * that phase already. Wakes and starts nothing; if it fails, less may be open than before and
     * never more.
     *
     * <p>That is a promise; whoever depends on it proves it by attempts from inside.
     *
     * @throws dev.oxbow.base.OxException {@code CAPABILITY_UNSUPPORTED} without {@link
     *     Capability#NET_SWITCH_LIVE}; {@code POLICY_NOT_ENFORCED} if something could not be cut,
     *     with the phase as it was
     */
    void setNetwork(NetworkPhase phase);

    /**
     * Makes a loopback TCP port inside the sandbox lead to a Unix socket of the host: each
     * connection made inside arrives as one connection on the socket. It stays until it is closed
     * or the sandbox stops, also when the Java process that opened it dies; opening the same port
     * to the same socket again returns the existing relay.
     *
     * <p>This is the only way out of a sandbox; what may pass is decided by whoever listens on the
     * socket.
     *
     * @param port port on 127.0.0.1 inside, 1024 to 65535
     * @param socket path of a listening Unix socket on the host; it need not exist yet
     * @throws dev.oxbow.base.OxException {@code EGRESS_DENIED} in the phase {@link
     *     NetworkPhase#OFFLINE}
     */
    Relay openRelay(int port, Path socket);

    /**
     * Waits until the sandbox is gone or its walls have fallen.
     *
     * @return true if that happened before the deadline
     * @throws InterruptedException while waiting
     */
    boolean awaitLoss(Deadline deadline) throws InterruptedException;
}
