package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Locale;

/** What happens to a path that both sides changed in different ways. */
public enum ConflictPolicy {
    /** Nothing at all is applied and every such path is listed. */
    FAIL,
    /** The worktree's version stays; the sandbox's is archived. */
    LOCAL,
    /** The sandbox's version is taken; the worktree's is archived. */
    SANDBOX,
    /** The worktree's version stays and the sandbox's is put beside it under another name. */
    BOTH,
    /**
     * Text files of at most 1 MiB are merged line by line; if any path cannot be merged cleanly,
     * nothing at all is applied.
     */
    MERGE;

    /** The name on the command line and in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a name as {@link #text} writes it.
     *
     * @throws OxException {@code INVALID_ARGUMENT} for any other text
     */
    public static ConflictPolicy parse(String text) {
        for (ConflictPolicy policy : values()) {
            if (policy.text().equals(text)) {
                return policy;
            }
        }
        throw OxException.of(
                        ErrorCode.INVALID_ARGUMENT, "'%s' is not a way to settle conflicts", text)
                .suggest("Use one of fail, local, sandbox, both, merge.");
    }
}
