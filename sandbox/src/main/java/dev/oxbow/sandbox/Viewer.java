package dev.oxbow.sandbox;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names one who looks at a terminal, for as long as it looks: by it a terminal knows what was typed
 * already, and who owns its size. No right hangs on it.
 *
 * @param name 1 to 64 of {@code A-Z a-z 0-9 . _ -}
 */
public record Viewer(@JsonValue String name) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Refuses other names with {@code INVALID_ARGUMENT}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Viewer {
        if (!NAME.matcher(name).matches()) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "not a name of a viewer");
        }
    }

    /** One that nobody else has. */
    public static Viewer next() {
        return new Viewer(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return name;
    }
}
