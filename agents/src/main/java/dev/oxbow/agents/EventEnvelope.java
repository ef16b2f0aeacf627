package dev.oxbow.agents;

import dev.oxbow.base.Json;
import dev.oxbow.base.RunId;
import dev.oxbow.base.ThreadId;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * An event in its place: which run, which number, when.
 *
 * <p>As JSON it is one flat object: {@code seq, ts, threadId, runId, agent, type}, then the event's
 * own fields, then {@code native} if present. What was read is written back the same, also when
 * this version does not know the type.
 *
 * @param seq its number in the run, from 1 without gaps
 * @param ts when Oxbow stored it
 * @param threadId the thread
 * @param runId the run
 * @param agent name of the run's agent
 * @param event what happened
 * @param nativeObject the agent's own words for it, redacted; kept in the recording only
 */
@JsonSerialize(using = EnvelopeJson.Writer.class)
@JsonDeserialize(using = EnvelopeJson.Reader.class)
public record EventEnvelope(
        long seq,
        Instant ts,
        ThreadId threadId,
        RunId runId,
        String agent,
        Event event,
        Optional<JsonNode> nativeObject) {
    /** Numbers start at 1. */
    public EventEnvelope {
        if (seq < 1) {
            throw new IllegalArgumentException("seq starts at 1, not " + seq);
        }
    }

    /** Name of the event's kind. */
    public String type() {
        return event.type();
    }

    /** The same without the agent's own words. */
    public EventEnvelope withoutNative() {
        return nativeObject.isEmpty()
                ? this
                : new EventEnvelope(seq, ts, threadId, runId, agent, event, Optional.empty());
    }

    /** One line of JSON, without a line end. */
    public String toJson() {
        return Json.write(this);
    }

    /**
     * Reads one line of JSON.
     *
     * @throws Json.MalformedJson if it is not JSON or no event
     */
    public static EventEnvelope fromJson(String json) {
        return Json.read(json, EventEnvelope.class);
    }
}
