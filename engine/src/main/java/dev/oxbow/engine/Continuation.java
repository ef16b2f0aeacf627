package dev.oxbow.engine;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.regex.Pattern;

/** Whether a run goes on with an earlier session of its agent. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Continuation.Fresh.class, name = "fresh"),
    @JsonSubTypes.Type(value = Continuation.Latest.class, name = "latest"),
    @JsonSubTypes.Type(value = Continuation.Session.class, name = "session")
})
public sealed interface Continuation {
    /** A new session. */
    record Fresh() implements Continuation {}

    /** The latest session of the same agent in this thread. */
    record Latest() implements Continuation {}

    /**
     * A session by the agent's own id.
     *
     * @param id passed to the agent as one argument
     */
    record Session(String id) implements Continuation {
        private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}");

        /** Refuses anything that could be read as a flag or a path. */
        public Session {
            if (!SHAPE.matcher(id).matches()) {
                throw OxException.of(
                        ErrorCode.INVALID_ARGUMENT, "'%s' is not the id of a session", id);
            }
        }
    }
}
