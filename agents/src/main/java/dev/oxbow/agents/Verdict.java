package dev.oxbow.agents;

import dev.oxbow.agents.AgentEvent.Reason;
import java.util.OptionalInt;

/** What an agent's output and exit come to by that agent's own rule. */
sealed interface Verdict {
    /** It finished, in its own words. */
    record Finished(String finishReason) implements Verdict {}

    /** It did not. */
    record Failed(Reason reason, String message, OptionalInt httpStatus) implements Verdict {}

    static Verdict failed(Reason reason, String message) {
        return new Failed(reason, message, OptionalInt.empty());
    }

    /** A failure whose reason stands in its text. */
    static Verdict failed(String message) {
        OptionalInt status = FailureText.status(message);
        return new Failed(FailureText.reason(message, status), FailureText.tidy(message), status);
    }

    /** A failure whose reason stands in its text or status. */
    static Verdict failed(String message, OptionalInt status) {
        OptionalInt known = status.isPresent() ? status : FailureText.status(message);
        return new Failed(FailureText.reason(message, known), FailureText.tidy(message), known);
    }
}
