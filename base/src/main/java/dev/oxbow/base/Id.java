package dev.oxbow.base;

import java.util.regex.Pattern;

/**
 * An identifier of one of our own objects: a prefix that names the kind, an underscore, and a
 * time-ordered UUIDv7 written as 26 lower-case Crockford base32 characters.
 *
 * <p>Ids sort by the moment they were made, hold no secret and are safe as file names, labels and
 * URL segments. Each kind is a type of its own so that a run is never passed where a sandbox is
 * meant.
 */
public sealed interface Id permits ThreadId, RunId, SandboxId, ProcessId, CheckpointId {

    /** The whole id, prefix included. */
    String value();

    /**
     * Checks that a text is an id of one kind.
     *
     * @param prefix the kind with its underscore, such as {@code run_}
     * @param value the text to check
     * @return {@code value}
     * @throws OxException with {@link ErrorCode#INVALID_ARGUMENT} if it is anything else
     */
    static String check(String prefix, String value) {
        if (!value.startsWith(prefix)
                || !Shape.BODY.matcher(value.substring(prefix.length())).matches()) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "'%s' is not an id of the form %s followed by 26 characters",
                    value,
                    prefix);
        }
        return value;
    }

    /** The accepted shape, kept apart because an interface cannot hide a constant. */
    final class Shape {
        private static final Pattern BODY = Pattern.compile("[0-7][0-9a-hjkmnp-tv-z]{25}");

        private Shape() {}
    }
}
