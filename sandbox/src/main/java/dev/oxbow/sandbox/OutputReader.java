package dev.oxbow.sandbox;

import dev.oxbow.base.Deadline;
import java.util.Optional;

/** Delivers the output of one process to one reader. Not for use by several threads at once. */
public interface OutputReader extends AutoCloseable {

    /**
     * The next frame, waiting for it until the deadline.
     *
     * @return empty if the deadline came first, or after {@link OutputFrame.Exit} was delivered
     * @throws dev.oxbow.base.OxException {@code STREAM_LOST} if the output cannot be followed
     * @throws InterruptedException while waiting
     */
    Optional<OutputFrame> next(Deadline deadline) throws InterruptedException;

    /** Ends the reading; the process is not touched. */
    @Override
    void close();
}
