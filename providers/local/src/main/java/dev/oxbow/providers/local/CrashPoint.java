package dev.oxbow.providers.local;

/**
 * A moment in the change of a sandbox's layers at which its process may die. Tests listen to these
 * to kill it exactly there; nothing else depends on them.
 */
enum CrashPoint {
    /** The new stack of a swap is written down; nothing of it is there. */
    SWAP_BEGUN,
    /** Its layers are there; the sandbox shows the old ones. */
    SWAP_LAYERED,
    /** The sandbox shows the new ones; there is no checkpoint. */
    SWAP_ATTACHED,
    /** A copy is written down as begun; nothing stands still yet. */
    COPY_BEGUN,
    /** The copy is there; there is no checkpoint. */
    COPY_MADE,
    /** The checkpoint is written; the stack still says that it is being taken. */
    CHECKPOINT_WRITTEN,
    /** The stack of a rollback is written down; the sandbox runs on the old one. */
    ROLLBACK_BEGUN,
    /** Its layers are there; the sandbox shows the old ones. */
    ROLLBACK_LAYERED,
    /** The sandbox runs on the new stack, which still says that it is being changed. */
    ROLLBACK_STARTED,
    /** A layer is written down that several are to be joined in; it is not there. */
    JOINING_BEGUN,
    /** It is there; nobody stands on it. */
    JOINING_MADE,
    /** Checkpoints stand on it; their sandbox does not. */
    JOINING_SHARED,
    /** All stand on it; those that it was made of are there. */
    JOINING_WRITTEN;

    /** Is told of each of them. */
    interface Listener {
        /** Nobody dies. */
        Listener NONE = _ -> {};

        void at(CrashPoint point);
    }
}
