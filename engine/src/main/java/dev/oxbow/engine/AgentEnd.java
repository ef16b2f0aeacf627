package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.agents.SessionTotals;
import java.util.List;
import java.util.Optional;

/**
 * How the agent's part of a run ended, kept until the run's own end is stored.
 *
 * @param last the agent's last event; its number does not count
 * @param exitCode of its process
 * @param signal that ended it
 * @param partial whether it was stopped or lost
 * @param tail its last lines that were no events, redacted
 * @param totals what its session has used
 * @param unknownEvents lines of a kind that is not known
 * @param nativeType what the agent calls the last it said
 */
public record AgentEnd(
        EventEnvelope last,
        Optional<Integer> exitCode,
        Optional<Integer> signal,
        boolean partial,
        List<String> tail,
        Optional<SessionTotals> totals,
        long unknownEvents,
        Optional<String> nativeType) {
    /** Copies the list. */
    public AgentEnd {
        tail = List.copyOf(tail);
    }

    /** The agent's last event. */
    AgentEvent event() {
        return last.event() instanceof AgentEvent event
                ? event
                : AgentEvent.RunError.of(AgentEvent.Reason.NO_TERMINAL_EVENT, "no last event");
    }
}
