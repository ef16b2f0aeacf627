package dev.oxbow.engine;

import dev.oxbow.base.Deadline;
import java.util.Optional;

/** The redacted log of one run as bytes. Not for use by several threads at once. */
public interface LogReader extends AutoCloseable {

    /**
     * The next piece, waiting for it until the deadline.
     *
     * @return never empty bytes; empty if the deadline came first, or if {@link #finished}
     * @throws InterruptedException while waiting
     */
    Optional<byte[]> next(Deadline deadline) throws InterruptedException;

    /** Offset of the byte that the next piece starts with. */
    long offset();

    /** Whether everything was returned: the run is over, or following was not asked for. */
    boolean finished();

    /** Ends the reading; the run is not touched. */
    @Override
    void close();
}
