package dev.oxbow.sandbox;

import dev.oxbow.base.Deadline;
import java.util.Optional;

/** Delivers what a terminal shows to one viewer. Not for use by several threads at once. */
public interface TerminalReader extends AutoCloseable {

    /**
     * The next frame, waiting for it until the deadline.
     *
     * @return empty if the deadline came first, or after {@link TerminalFrame.Exit} was delivered
     * @throws dev.oxbow.base.OxException {@code STREAM_LOST} if the terminal cannot be followed
     * @throws InterruptedException while waiting
     */
    Optional<TerminalFrame> next(Deadline deadline) throws InterruptedException;

    /** Ends the reading; the terminal is not touched. Idempotent. */
    @Override
    void close();
}
