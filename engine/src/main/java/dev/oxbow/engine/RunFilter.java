package dev.oxbow.engine;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which runs are wanted, newest first.
 *
 * @param worktree only those of the worktree that holds this directory
 * @param ended whether those that have ended are wanted too
 * @param limit the most that are returned, at least 1
 */
public record RunFilter(Optional<Path> worktree, boolean ended, int limit) {
    /** Everything, at most 1000. */
    public static final RunFilter ALL = new RunFilter(Optional.empty(), true, 1000);

    /** Everything: where a run that was missed could cost somebody their sandbox. */
    static final RunFilter EVERY = new RunFilter(Optional.empty(), true, Integer.MAX_VALUE);

    /** Only what is queued or running, at most 1000. */
    public static final RunFilter ACTIVE = new RunFilter(Optional.empty(), false, 1000);
}
