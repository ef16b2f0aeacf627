package dev.oxbow.sandbox;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ProcessId;
import java.time.Duration;
import java.util.Optional;

/**
 * A command in a sandbox that lives independently of whoever watches it.
 *
 * <p>Its standard output and standard error are two independent streams of raw bytes, each kept and
 * readable from an absolute byte offset that starts at 0. Readers never slow the process down and
 * never disturb each other. Safe for concurrent use.
 */
public interface SandboxProcess {

    /** One of the two output streams. */
    enum Channel {
        /** Standard output. */
        STDOUT,
        /** Standard error. */
        STDERR
    }

    /** Its id, chosen by the caller of {@link Sandbox#exec}. */
    ProcessId id();

    /** What was asked for. Environment values are not kept. */
    ProcessSpec spec();

    /** How it ended; empty while it runs. Once present it never changes. */
    Optional<ProcessExit> exit();

    /**
     * Waits for the end of the process.
     *
     * @return empty if the deadline came first
     * @throws InterruptedException while waiting; the process goes on
     */
    Optional<ProcessExit> awaitExit(Deadline deadline) throws InterruptedException;

    /**
     * Reads output as it comes, from a position of one's choice.
     *
     * @param from where to begin
     * @return frames in order: for each channel, offsets rise without overlap; {@link
     *     OutputFrame.Exit} comes once, last, after every byte of both channels
     * @throws dev.oxbow.base.OxException {@code CURSOR_EXPIRED} if a position is below what is kept
     *     (context {@code earliest}, {@code latest}), {@code CURSOR_AHEAD} if it is beyond the end
     */
    OutputReader read(Cursor from);

    /**
     * Writes to standard input of a process that was started with {@link ProcessSpec.Stdin.Pipe}.
     * Returns when the bytes are handed over.
     *
     * @throws dev.oxbow.base.OxException {@code OPERATION_INTERRUPTED} if the process has ended or
     *     its input is closed
     */
    void write(byte[] bytes);

    /**
     * Writes to standard input at a place of one's choice: bytes below what was taken already are
     * skipped, so a call whose answer was lost can be repeated as it was, by anybody. For one
     * writer at a time; {@link #write(byte[])} counts as well.
     *
     * @param offset place of the first byte, 0 for the first the process is ever given
     * @throws dev.oxbow.base.OxException {@code CURSOR_AHEAD} if bytes before it were never
     *     written; {@code OPERATION_INTERRUPTED} if the process has ended or its input is closed
     */
    void write(long offset, byte[] bytes);

    /** How many bytes of standard input have been taken from writers. */
    long written();

    /** Ends standard input. Idempotent. */
    void closeStdin();

    /**
     * Sends a signal to the process and everything it has started, also children in sessions of
     * their own. A no-op once it has ended.
     */
    void signal(Signal signal);

    /**
     * Ends the process: TERM, then after the grace time KILL of everything it has started.
     *
     * @return how it ended
     * @throws InterruptedException while waiting
     */
    ProcessExit terminate(Duration grace) throws InterruptedException;
}
