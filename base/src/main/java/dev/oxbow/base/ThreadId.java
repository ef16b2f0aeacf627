package dev.oxbow.base;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Names a thread, the unit of work and of ownership. */
public record ThreadId(@JsonValue String value) implements Id {
    /** What every such id starts with. */
    public static final String PREFIX = "thr_";

    /** Refuses anything but a well-formed id with {@link ErrorCode#INVALID_ARGUMENT}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ThreadId {
        Id.check(PREFIX, value);
    }

    /** A new id, later in order than every one made before it by this process. */
    public static ThreadId next() {
        return new ThreadId(PREFIX + TimeOrderedId.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
