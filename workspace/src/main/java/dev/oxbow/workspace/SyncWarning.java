package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;

/**
 * Something that did not stop a sync and that the user should know.
 *
 * @param kind what it is about
 * @param path where
 * @param text one line for a person
 */
public record SyncWarning(Kind kind, TreePath path, String text) {

    /** What a warning is about. */
    public enum Kind {
        /** A file that git tracks looks like a secret and was sent. */
        SECRET_SENT,
        /** A file that looks like a secret came back from the sandbox. */
        SECRET_RETURNED,
        /** {@code .gitmodules} came back changed. */
        GITMODULES_CHANGED,
        /** Changes lie in a submodule. */
        SUBMODULE_CHANGED,
        /** A repository nested in the tree: its files travel, its git data does not. */
        NESTED_REPOSITORY,
        /** A socket, FIFO or device: never copied. */
        SPECIAL_FILE,
        /** Content of the sandbox that could not be told from agent work was archived. */
        UNKNOWN_ARCHIVED,
        /** The sandbox's repository lacks or changed what it was given. */
        REPOSITORY
    }
}
