package dev.oxbow.engine;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;

/**
 * A sandbox made from a checkpoint.
 *
 * @param sandbox the new sandbox
 * @param thread its thread, beside that of the worktree
 * @param from what its files began as
 */
public record Fork(SandboxId sandbox, ThreadId thread, CheckpointId from) {}
