package dev.oxbow.workspace;

import java.util.List;

/**
 * How one sync-in is done.
 *
 * @param include globs, relative to the worktree root, of ignored files that travel all the same;
 *     {@code **} crosses directories, and naming a directory names all below it
 * @param onConflict what happens to paths that the worktree and the sandbox both changed since the
 *     last sync
 */
public record SyncOptions(List<String> include, ConflictPolicy onConflict) {
    /** Nothing ignored travels, conflicts stop the sync. */
    public static final SyncOptions DEFAULT = new SyncOptions(List.of(), ConflictPolicy.FAIL);

    /** Copies the list. */
    public SyncOptions {
        include = List.copyOf(include);
    }
}
