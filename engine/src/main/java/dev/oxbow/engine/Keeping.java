package dev.oxbow.engine;

/** What becomes of the sandbox after a run. */
public enum Keeping {
    /** It idles, ready for the thread's next run, and goes with the last of its runs. */
    IDLE,
    /**
     * It stays until it is removed by its own name: the removal of its runs does not take it along,
     * and if it fails it is not replaced by a new one, so that one can look at it.
     */
    KEEP,
    /** It is destroyed once the work is safely back. */
    REMOVE
}
