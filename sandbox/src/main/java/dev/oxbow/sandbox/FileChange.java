package dev.oxbow.sandbox;

import dev.oxbow.posix.TreePath;
import java.util.Locale;

/** What a {@link FileWatch} tells. Paths are those below the watched directory. */
public sealed interface FileChange {

    /**
     * Something new stands at a path: a file, a link or a directory, made there, moved in from
     * elsewhere, or put in the place of what stood there before. Of a directory that came with
     * something in it, what is in it is told as well.
     *
     * @param path where
     */
    record Created(TreePath path) implements FileChange {}

    /**
     * The content, the mode or the times of what stands at a path have changed. Many changes may be
     * told as one, also of the kind that changes nothing in the end.
     *
     * @param path where
     */
    record Modified(TreePath path) implements FileChange {}

    /**
     * Nothing stands at a path any more, nor below it; what was below is not told one by one.
     *
     * @param path where
     */
    record Deleted(TreePath path) implements FileChange {}

    /**
     * What stood at one path, with all below it, stands at another now; what stood there is gone.
     *
     * @param from its path before
     * @param to its path now
     */
    record Renamed(TreePath from, TreePath to) implements FileChange {}

    /**
     * Changes were missed: look at everything once more. All that happens later is told again, also
     * what that look may have seen already.
     *
     * @param cause why they were missed
     */
    record Rescan(Cause cause) implements FileChange {}

    /** Why changes were missed. */
    enum Cause {
        /**
         * There were more than are kept for a watcher that does not come for them, or directories
         * were moved about faster than it could follow.
         */
        OVERFLOW,
        /** The connection to the provider was cut for a while. */
        RECONNECTED,
        /** The files were exchanged as a whole, by a rollback or a start. */
        REPLACED,
        /** A directory may not be read by the provider, so that nobody can tell what is in it. */
        UNREADABLE;

        /** The name in JSON. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
