package dev.oxbow.engine;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Deadline;
import java.util.Optional;

/** The events of one run in order, without gaps. Not for use by several threads at once. */
public interface EventStream extends AutoCloseable {

    /**
     * The next event, waiting for it until the deadline.
     *
     * @return empty if the deadline came first, or if {@link #finished}
     * @throws InterruptedException while waiting
     */
    Optional<EventEnvelope> next(Deadline deadline) throws InterruptedException;

    /** Whether the last event of the run has been returned: no more will come. */
    boolean finished();

    /** Ends the reading; the run is not touched. */
    @Override
    void close();
}
