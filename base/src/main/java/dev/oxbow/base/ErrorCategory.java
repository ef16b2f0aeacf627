package dev.oxbow.base;

import java.util.Locale;

/**
 * Where a failure belongs, so that "the platform failed" and "the task failed" can be told apart by
 * this word alone.
 */
public enum ErrorCategory {
    /** The caller asked for something that cannot be. */
    VALIDATION,
    /** The technology that makes sandboxes, or the machine under it. */
    PROVIDER,
    /** The repository the work comes from. */
    SOURCE,
    /** Moving files between worktree and sandbox. */
    SYNC,
    /** Delivering output. */
    STREAM,
    /** The agent and its task. */
    CODING,
    /** Who the caller is. */
    AUTH,
    /** Logins, keys and their use. */
    CREDENTIAL,
    /** A defect of ours. */
    INTERNAL;

    /** The word used in JSON and tables. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
