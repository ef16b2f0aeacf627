package dev.oxbow.agents;

import dev.oxbow.agents.AgentEvent.PlanEntry;
import dev.oxbow.agents.AgentEvent.PlanStatus;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads lists of steps as tools of different agents write them. */
final class PlanEntries {
    private PlanEntries() {}

    static List<PlanEntry> of(JsonNode items, String textField) {
        List<PlanEntry> entries = new ArrayList<>();
        for (JsonNode item : items) {
            entries.add(
                    new PlanEntry(
                            item.path(textField).asString(""),
                            status(item.path("status").asString(""))));
        }
        return entries;
    }

    static PlanStatus status(String word) {
        return switch (word) {
            case "completed", "cancelled", "deleted" -> PlanStatus.COMPLETED;
            case "in_progress" -> PlanStatus.IN_PROGRESS;
            default -> PlanStatus.PENDING;
        };
    }
}
