package dev.oxbow.base;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Names a checkpoint, whichever provider keeps it. */
public record CheckpointId(@JsonValue String value) implements Id {
    /** What every such id starts with. */
    public static final String PREFIX = "cpt_";

    /** Refuses anything but a well-formed id with {@link ErrorCode#INVALID_ARGUMENT}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public CheckpointId {
        Id.check(PREFIX, value);
    }

    /** A new id, later in order than every one made before it by this process. */
    public static CheckpointId next() {
        return new CheckpointId(PREFIX + TimeOrderedId.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
