package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.Event;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.GrowingText;
import dev.oxbow.base.Json;
import dev.oxbow.base.Redactor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Takes secrets out of events before anybody sees or stores them.
 *
 * <p>Text that comes in several events is looked at as one: of a piece that may be the beginning of
 * a secret the end is held back until the next piece of the same item, or until the item is over.
 * The same events in the same order always give the same result, so that whoever takes a run over
 * gets into the same state by going through them again. Safe for concurrent use.
 */
final class EventRedaction {
    private final Redactor redactor;
    private final RunRecord run;
    private final Map<Item, Growing> growing = new LinkedHashMap<>();

    EventRedaction(Redactor redactor, RunRecord run) {
        this.redactor = redactor;
        this.run = run;
    }

    /** What grows: deltas of one kind with one id. */
    private record Item(Class<? extends AgentEvent> kind, String id) {}

    /** Text on its way, and how an event is made of the end of it. */
    private record Growing(GrowingText text, Function<String, AgentEvent> end) {}

    /** The events to store for this one, in order; none if all of its text is held back. */
    synchronized List<EventDraft> next(EventDraft draft) {
        return switch (draft.event()) {
            case AgentEvent.MessageDelta delta -> {
                Item item = new Item(AgentEvent.MessageDelta.class, delta.itemId());
                Function<String, AgentEvent> event =
                        text -> new AgentEvent.MessageDelta(delta.itemId(), text);
                yield grow(draft, item, delta.text(), event, event);
            }
            case AgentEvent.Reasoning thought when thought.delta() -> {
                Item item = new Item(AgentEvent.Reasoning.class, thought.itemId());
                Function<String, AgentEvent> event =
                        text -> new AgentEvent.Reasoning(thought.itemId(), text, true);
                yield grow(draft, item, thought.text(), event, event);
            }
            case AgentEvent.ToolOutput output -> output(draft, output);
            case AgentEvent.Message message ->
                    after(AgentEvent.MessageDelta.class, message.itemId(), draft);
            case AgentEvent.Reasoning thought ->
                    after(AgentEvent.Reasoning.class, thought.itemId(), draft);
            case AgentEvent.ToolCompleted completed ->
                    after(AgentEvent.ToolOutput.class, completed.callId(), draft);
            case Event _ -> List.of(apply(draft));
        };
    }

    private List<EventDraft> output(EventDraft draft, AgentEvent.ToolOutput output) {
        Item item = new Item(AgentEvent.ToolOutput.class, output.callId());
        if (output.mode() == AgentEvent.OutputMode.REPLACE) {
            // It begins anew with all of the output so far, which may end within a secret.
            growing.remove(item);
        }
        return grow(
                draft,
                item,
                output.text(),
                text -> new AgentEvent.ToolOutput(output.callId(), output.mode(), text),
                text ->
                        new AgentEvent.ToolOutput(
                                output.callId(), AgentEvent.OutputMode.APPEND, text));
    }

    /** Lets go of all that is held back: the agent has ended. */
    synchronized List<EventDraft> rest() {
        List<EventDraft> rest = new ArrayList<>();
        List.copyOf(growing.keySet()).forEach(item -> rest.addAll(finish(item, Instant.now())));
        return rest;
    }

    private List<EventDraft> grow(
            EventDraft draft,
            Item item,
            String piece,
            Function<String, AgentEvent> event,
            Function<String, AgentEvent> end) {
        GrowingText text =
                growing.computeIfAbsent(item, _ -> new Growing(redactor.growing(), end)).text();
        boolean settled = text.settled();
        String shown = text.append(piece);
        if (shown.isEmpty() && !piece.isEmpty()) {
            return List.of();
        }
        // The agent's own words hold the piece as it came: they go where it was not shown as such.
        boolean asItCame = settled && text.settled() && shown.equals(piece);
        Optional<JsonNode> own = asItCame ? draft.nativeObject() : Optional.empty();
        return List.of(apply(new EventDraft(draft.ts(), event.apply(shown), own)));
    }

    private List<EventDraft> after(Class<? extends AgentEvent> kind, String id, EventDraft draft) {
        List<EventDraft> events = new ArrayList<>(finish(new Item(kind, id), draft.ts()));
        events.add(apply(draft));
        return events;
    }

    private List<EventDraft> finish(Item item, Instant at) {
        Growing over = growing.remove(item);
        String rest = over == null ? "" : over.text().finish();
        return over == null || rest.isEmpty()
                ? List.of()
                : List.of(apply(new EventDraft(at, over.end().apply(rest), Optional.empty())));
    }

    /** One event by itself, without secrets; the same object if it holds none. */
    EventDraft apply(EventDraft draft) {
        // The number does not matter: the envelope only serves to have one JSON of it all.
        EventEnvelope whole =
                new EventEnvelope(
                        1,
                        draft.ts(),
                        run.thread(),
                        run.id(),
                        run.request().agent(),
                        draft.event(),
                        draft.nativeObject());
        JsonNode before = Json.mapper().valueToTree(whole);
        JsonNode after = redactor.redact(before);
        if (after.equals(before)) {
            return draft;
        }
        EventEnvelope clean = Json.mapper().treeToValue(after, EventEnvelope.class);
        return new EventDraft(draft.ts(), clean.event(), clean.nativeObject());
    }

    /** Knows the secrets of the run. */
    Redactor redactor() {
        return redactor;
    }

    String apply(String text) {
        return redactor.redact(text);
    }
}
