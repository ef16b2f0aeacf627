package dev.oxbow.engine;

import dev.oxbow.sandbox.Finding;
import java.util.List;

/**
 * What {@code ox doctor} finds.
 *
 * @param walls what the sandbox provider needs
 * @param agents the agents, installed or not
 * @param tools programs and places Oxbow itself needs
 */
public record Examination(List<Finding> walls, List<AgentView> agents, List<Finding> tools) {
    /** Copies the lists. */
    public Examination {
        walls = List.copyOf(walls);
        agents = List.copyOf(agents);
        tools = List.copyOf(tools);
    }
}
