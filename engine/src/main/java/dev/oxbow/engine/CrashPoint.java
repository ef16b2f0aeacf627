package dev.oxbow.engine;

/**
 * A moment in a run at which its process may die. Tests listen to these to kill it exactly there;
 * nothing else depends on them.
 */
public enum CrashPoint {
    /** The run is stored; nothing else. */
    ACCEPTED,
    /** Its turn has come. */
    TURN_TAKEN,
    /** The id of the sandbox is stored; it may not exist. */
    SANDBOX_INTENDED,
    /** The sandbox exists; that is not stored. */
    SANDBOX_MADE,
    /** The sandbox is stored; setup begins. */
    SETUP_BEGUN,
    /** Sync-in is stored as begun. */
    SYNC_IN_BEGUN,
    /** Sync-in is done; that is not stored. */
    SYNC_IN_DONE,
    /** A checkpoint is remembered; it may not exist. */
    CHECKPOINT_INTENDED,
    /** The checkpoint exists; nobody has been told. */
    CHECKPOINT_TAKEN,
    /** A rollback is stored as begun; nothing is done. */
    ROLLBACK_INTENDED,
    /** The sandbox has the old files; its base is that of the new ones. */
    ROLLED_BACK,
    /** Files and base are the old ones; that is not stored. */
    BASE_RESTORED,
    /** The id of the agent's process is stored; it does not run. */
    AGENT_INTENDED,
    /** The agent's process runs; nothing of it was read. */
    AGENT_STARTED,
    /** Some of the agent's events are stored. */
    EVENTS_STORED,
    /** The agent has ended; that is not stored. */
    AGENT_ENDED,
    /** The end of the agent is stored; sync-out begins. */
    SYNC_OUT_BEGUN,
    /** The result is in the host's git; nothing is applied. */
    HARVESTED,
    /** The result is applied; that is not stored. */
    APPLIED,
    /** The artifacts are written; the outcome is not stored. */
    ARTIFACTS_WRITTEN,
    /** All is stored. */
    ENDED
}
