package dev.oxbow.engine;

/** What becomes of the sandbox after a run. */
public enum Keeping {
    /** It idles without a process, ready for the thread's next run. */
    IDLE,
    /** It stays as the agent left it, leftover processes included. */
    KEEP,
    /** It is destroyed once the work is safely back. */
    REMOVE
}
