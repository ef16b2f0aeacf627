package dev.oxbow.base;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Names one execution of one agent with one prompt. */
public record RunId(@JsonValue String value) implements Id {
    /** What every such id starts with. */
    public static final String PREFIX = "run_";

    /** Refuses anything but a well-formed id with {@link ErrorCode#INVALID_ARGUMENT}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public RunId {
        Id.check(PREFIX, value);
    }

    /** A new id, later in order than every one made before it by this process. */
    public static RunId next() {
        return new RunId(PREFIX + TimeOrderedId.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
