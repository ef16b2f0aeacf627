package dev.oxbow.workspace;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Arrays;
import java.util.Locale;

/** What happens to files that changed in the worktree and in the sandbox. */
public enum ConflictPolicy {
    /** Nothing at all is applied; the sandbox's version is kept aside. */
    FAIL,
    /** The worktree's version stays. */
    LOCAL,
    /** The sandbox's version wins; the worktree's is archived. */
    SANDBOX,
    /** The worktree's version stays, the sandbox's is put beside it. */
    BOTH,
    /** Text is merged line by line where that is possible. */
    MERGE;

    /** The name in flags and JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The policy of that name.
     *
     * @throws OxException with {@link ErrorCode#INVALID_ARGUMENT} for any other name
     */
    public static ConflictPolicy of(String name) {
        return Arrays.stream(values())
                .filter(policy -> policy.wire().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        OxException.of(
                                ErrorCode.INVALID_ARGUMENT,
                                "'%s' is no way to settle conflicts: fail, local, sandbox, both or"
                                        + " merge",
                                name));
    }
}
