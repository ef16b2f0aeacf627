package dev.oxbow.agents;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One immutable fact of a run: what an agent did, or what Oxbow did around it.
 *
 * <p>The JSON of an event is flat: its {@code type} and its fields stand beside those of the {@link
 * EventEnvelope}. An absent optional field is left out. Types and fields are only ever added; a
 * reader that does not know a type gets {@link AgentEvent.Unknown}.
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public sealed interface Event permits AgentEvent, EngineEvent {

    /** The name of this kind of event in JSON, such as {@code tool.started}. */
    @JsonIgnore
    default String type() {
        return EventTypes.nameOf(this);
    }

    /** Whether this is the last event of its run. */
    @JsonIgnore
    default boolean terminal() {
        return this instanceof AgentEvent.RunCompleted || this instanceof AgentEvent.RunError;
    }
}
