package dev.oxbow.engine;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Json;
import dev.oxbow.base.Redactor;
import tools.jackson.databind.JsonNode;

/** Takes secrets out of events before anybody sees or stores them. */
final class EventRedaction {
    private final Redactor redactor;
    private final RunRecord run;

    EventRedaction(Redactor redactor, RunRecord run) {
        this.redactor = redactor;
        this.run = run;
    }

    /** The event without secrets; the same object if it holds none. */
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

    String apply(String text) {
        return redactor.redact(text);
    }
}
