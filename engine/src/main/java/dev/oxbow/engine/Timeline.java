package dev.oxbow.engine;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoints of an installation: states of sandboxes' files to which one can go back, and from
 * which one can set out anew.
 *
 * <p>Worktrees are never touched by any of this. What a sandbox had been given is kept with each
 * checkpoint and comes back with it, so that the next sync compares the right states and loses
 * nothing on either side.
 *
 * <p>A provider that cannot do what is asked refuses with {@code CAPABILITY_UNSUPPORTED} before
 * anything is done. A checkpoint that is not there is {@code SNAPSHOT_NOT_FOUND}. Safe for
 * concurrent use.
 */
public interface Timeline {

    /**
     * Takes a checkpoint of an existing sandbox, also while a run is under way in it.
     *
     * @param name one line for people; need not be unique
     * @throws dev.oxbow.base.OxException {@code SANDBOX_NOT_FOUND} if the place has no sandbox
     */
    CheckpointView checkpoint(Place place, Optional<String> name);

    /**
     * The checkpoints there are, newest first.
     *
     * @param worktree only those of the worktree that holds this directory
     */
    List<CheckpointView> checkpoints(Optional<Path> worktree);

    /**
     * Puts the files of a sandbox back to a checkpoint; its processes are ended. What was there is
     * kept as a checkpoint of its own.
     *
     * @param to a checkpoint of the sandbox, or the one it was forked from
     * @param sandbox the sandbox; empty for the one that the checkpoint was taken of
     * @throws dev.oxbow.base.OxException {@code RUN_IN_PROGRESS} if a run has not ended there;
     *     {@code SANDBOX_NOT_FOUND} if it is gone, and a fork is what is wanted
     */
    RolledBack rollback(CheckpointId to, Optional<SandboxId> sandbox);

    /** Makes sandboxes that begin with the files of a checkpoint, each with a thread of its own. */
    List<Fork> fork(CheckpointId from, int count);

    /** The same from a sandbox as it is now. */
    List<Fork> fork(SandboxId from, int count);

    /**
     * Deletes a checkpoint; sandboxes and other checkpoints keep their files.
     *
     * @throws dev.oxbow.base.OxException {@code RUN_IN_PROGRESS} if a run waits to start from it
     */
    void remove(CheckpointId id);
}
