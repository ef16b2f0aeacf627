package dev.oxbow.sandbox;

import dev.oxbow.base.Deadline;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A command in a sandbox attached to a pseudo terminal.
 *
 * <p>It has one opener, one reader of its output and one writer of its input; the size and the end
 * may be asked for by any thread. A sandbox may have many, and is busy while one is open. Unlike a
 * process it is not durable: when the opener dies, the terminal hangs up, and everything on it
 * ends.
 */
public interface Terminal extends AutoCloseable {

    /** What the command shows, raw; end of file when it has ended. */
    InputStream output();

    /** Keystrokes, raw. */
    OutputStream input();

    /** Tells the command a new window size. */
    void resize(TerminalSize size);

    /**
     * Waits for the command's end.
     *
     * @return empty if the deadline came first
     * @throws InterruptedException while waiting
     */
    Optional<ProcessExit> awaitExit(Deadline deadline) throws InterruptedException;

    /** Hangs up: the command and all that it started end. */
    @Override
    void close();
}
