package dev.oxbow.engine;

import dev.oxbow.agents.Event;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An event before it has a number; redacted already.
 *
 * @param ts when it happened
 * @param event what happened
 * @param nativeObject the agent's own words for it
 */
public record EventDraft(Instant ts, Event event, Optional<JsonNode> nativeObject) {
    /** An event of the engine, now. */
    static EventDraft now(Event event) {
        return new EventDraft(Instant.now(), event, Optional.empty());
    }
}
