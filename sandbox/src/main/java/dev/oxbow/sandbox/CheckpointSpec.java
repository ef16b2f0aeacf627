package dev.oxbow.sandbox;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Optional;

/**
 * The checkpoint that is wanted.
 *
 * @param id chosen by the caller, the idempotency key
 * @param name what to call it: one line of 1 to 200 characters; need not be unique
 */
public record CheckpointSpec(CheckpointId id, Optional<String> name) {
    private static final int LONGEST = 200;

    /** Refuses an unusable name with {@code INVALID_ARGUMENT}. */
    public CheckpointSpec {
        name.ifPresent(CheckpointSpec::check);
    }

    private static void check(String name) {
        if (name.isBlank()
                || name.length() > LONGEST
                || name.chars().anyMatch(Character::isISOControl)) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "the name of a checkpoint is one line of 1 to %d characters",
                    LONGEST);
        }
    }

    /** A checkpoint without a name. */
    public static CheckpointSpec of(CheckpointId id) {
        return new CheckpointSpec(id, Optional.empty());
    }

    /** The same with a name. */
    public CheckpointSpec named(String value) {
        return new CheckpointSpec(id, Optional.of(value));
    }
}
