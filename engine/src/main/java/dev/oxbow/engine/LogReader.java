package dev.oxbow.engine;

import dev.oxbow.base.Deadline;
import java.util.Optional;

/**
 * The redacted log of one run as bytes, each with a position that stays its own when a log that has
 * grown too large is shortened in its middle. What is left out is said by a line {@code --- N bytes
 * left out ---}, which has no position: {@link #offset} is then behind what it stands for. Not for
 * use by several threads at once.
 */
public interface LogReader extends AutoCloseable {

    /**
     * The next piece, waiting for it until the deadline.
     *
     * @return never empty bytes; empty if the deadline came first, or if {@link #finished}
     * @throws dev.oxbow.base.OxException {@code SUBSCRIBER_TOO_SLOW} to a reader whose place was
     *     left out for the second time, with nothing but that in between: with {@code offset},
     *     {@code earliest} and {@code latest}, so that it can come back
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
