package dev.oxbow.agents;

import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.ThreadId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.node.ObjectNode;

/** Writes and reads an envelope and its event as one flat object. */
final class EnvelopeJson {
    private static final Set<String> ENVELOPE =
            Set.of("seq", "ts", "threadId", "runId", "agent", "type", "native");

    private EnvelopeJson() {}

    static final class Writer extends ValueSerializer<EventEnvelope> {
        @Override
        public void serialize(EventEnvelope value, JsonGenerator out, SerializationContext context)
                throws JacksonException {
            out.writeStartObject();
            out.writeNumberProperty("seq", value.seq());
            out.writeStringProperty("ts", value.ts().toString());
            out.writeStringProperty("threadId", value.threadId().value());
            out.writeStringProperty("runId", value.runId().value());
            out.writeStringProperty("agent", value.agent());
            out.writeStringProperty("type", value.type());
            fields(value.event())
                    .forEachEntry((name, field) -> {
                        if (!ENVELOPE.contains(name)) {
                            out.writeName(name);
                            out.writePOJO(field);
                        }
                    });
            value.nativeObject()
                    .ifPresent(original -> {
                        out.writeName("native");
                        out.writePOJO(original);
                    });
            out.writeEndObject();
        }
    }

    static final class Reader extends ValueDeserializer<EventEnvelope> {
        @Override
        public EventEnvelope deserialize(JsonParser in, DeserializationContext context)
                throws JacksonException {
            JsonNode tree = context.readTree(in);
            if (!(tree instanceof ObjectNode all)) {
                return context.reportInputMismatch(EventEnvelope.class, "an event is an object");
            }
            try {
                return new EventEnvelope(
                        all.required("seq").asLong(),
                        Instant.parse(all.required("ts").asString()),
                        new ThreadId(all.required("threadId").asString()),
                        new RunId(all.required("runId").asString()),
                        all.required("agent").asString(),
                        event(all),
                        Optional.ofNullable(all.get("native")));
            } catch (OxException | DateTimeException | IllegalArgumentException e) {
                return context.reportInputMismatch(
                        EventEnvelope.class, "not an event: %s", e.getMessage());
            }
        }
    }

    /** The event's own fields, without its type. */
    static ObjectNode fields(Event event) {
        if (event instanceof AgentEvent.Unknown unknown) {
            return unknown.kept()
                    .map(kept -> (ObjectNode) kept)
                    .orElseGet(() ->
                            Json.mapper()
                                    .createObjectNode()
                                    .put("nativeType", unknown.nativeType()));
        }
        return Json.mapper().valueToTree(event);
    }

    /**
     * The event in a flat object; a type or a value that this version does not know gives {@link
     * AgentEvent.Unknown} with everything kept, so that an old reader never fails on a new writer.
     */
    static Event event(ObjectNode all) {
        String type = all.required("type").asString();
        ObjectNode own = all.objectNode();
        all.forEachEntry((name, field) -> {
            if (!ENVELOPE.contains(name) || name.equals("agent")) {
                own.set(name, field);
            }
        });
        if (type.equals("unknown")) {
            return AgentEvent.Unknown.ofNative(own.path("nativeType").asString(""));
        }
        return EventTypes.classOf(type)
                .<Event>map(known -> {
                    try {
                        return Json.mapper().treeToValue(own, known);
                    } catch (JacksonException e) {
                        return unknown(type, own);
                    }
                })
                .orElseGet(() -> unknown(type, own));
    }

    private static AgentEvent.Unknown unknown(String type, ObjectNode own) {
        ObjectNode kept = own.deepCopy();
        kept.remove("agent");
        return new AgentEvent.Unknown(type, Optional.of(kept));
    }
}
