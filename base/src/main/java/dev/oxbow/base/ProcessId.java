package dev.oxbow.base;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Names a durable process in a sandbox. */
public record ProcessId(@JsonValue String value) implements Id {
    /** What every such id starts with. */
    public static final String PREFIX = "prc_";

    /** Refuses anything but a well-formed id with {@link ErrorCode#INVALID_ARGUMENT}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ProcessId {
        Id.check(PREFIX, value);
    }

    /** A new id, later in order than every one made before it by this process. */
    public static ProcessId next() {
        return new ProcessId(PREFIX + TimeOrderedId.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
