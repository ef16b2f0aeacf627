package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;

/**
 * A path that both sides changed in different ways.
 *
 * @param path where
 * @param kind how the two changes meet
 */
public record Conflict(TreePath path, Kind kind) {

    /** How two changes of one path meet. */
    public enum Kind {
        /** Both changed the content, the mode or the type. */
        BOTH_CHANGED,
        /** Both made a file of that name, with different content. */
        BOTH_ADDED,
        /** The worktree deleted what the sandbox changed. */
        DELETED_LOCALLY,
        /** The sandbox deleted what the worktree changed. */
        DELETED_IN_SANDBOX,
        /** A file on one side stands where a directory with content is on the other. */
        FILE_AND_DIRECTORY,
        /** A file that git ignores in the worktree stands where the sandbox made one. */
        IGNORED_LOCALLY,
        /** The name means the same as another name on the file system of the worktree. */
        SAME_NAME
    }
}
