package dev.oxbow.engine;

/**
 * A process that stands by while this one drives a run, and becomes its next driver when this one
 * dies. Its own death does no harm: the run is then found by whoever opens the engine next.
 */
public interface Guardian {
    /** Sends it away: the run needs no other driver. */
    void dismiss();

    /**
     * Has it drive the run on, now.
     *
     * @return whether it will; false if it is gone
     */
    boolean takeOver();
}
