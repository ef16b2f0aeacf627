package dev.oxbow.engine;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import java.util.List;
import java.util.Optional;

/**
 * What the engine remembers of checkpoints; shared by all its processes. Every method is one
 * transaction, with the failures of {@link RunStore}. Safe for concurrent use by threads and
 * processes.
 */
public interface CheckpointStore {

    /** Remembers a checkpoint that is about to be taken. */
    void add(CheckpointRecord checkpoint);

    /** The checkpoint with that id. */
    Optional<CheckpointRecord> find(CheckpointId id);

    /** All of them, oldest first. */
    List<CheckpointRecord> all();

    /** Forgets one; a no-op if absent. */
    void delete(CheckpointId id);

    /** Remembers a rollback that is about to be done, replacing an earlier one of its sandbox. */
    void begin(PendingRollback rollback);

    /** The rollback of a sandbox that was begun and not ended. */
    Optional<PendingRollback> pending(SandboxId sandbox);

    /** Notes that nothing of a sandbox's rollback is left to be done; a no-op if there is none. */
    void end(SandboxId sandbox);

    /**
     * A rollback that may or may not have been done.
     *
     * @param sandbox the sandbox
     * @param to the state it is to have again
     * @param incarnation the sandbox's before; a later one proves that it was done
     */
    record PendingRollback(SandboxId sandbox, CheckpointId to, int incarnation) {}
}
