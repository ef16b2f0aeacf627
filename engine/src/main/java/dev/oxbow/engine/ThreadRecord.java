package dev.oxbow.engine;

import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A thread as it is remembered.
 *
 * @param id its id, given at its first run
 * @param identity 24 hex digits that stand for repository, worktree and, for a side thread, its
 *     name; unique
 * @param worktree root of the worktree, real path
 * @param sandbox the sandbox that was made or is about to be made for it: the intent is stored
 *     before the provider is asked, so that a creation is never lost or doubled
 */
public record ThreadRecord(
        ThreadId id, String identity, Path worktree, Optional<SandboxId> sandbox) {}
