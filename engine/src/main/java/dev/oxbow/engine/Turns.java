package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.Event;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Counts the turns of an agent: what its model says, with the tools that this sets to work. What
 * comes after the last of them has ended begins the next turn. Not for several threads.
 */
final class Turns {
    private final Set<String> open = new HashSet<>();
    private int number = 1;
    private boolean worked;
    private boolean mayHaveWritten;

    /**
     * Takes the next event.
     *
     * @return the number of the turn that is over with it, if that one may have changed files
     */
    OptionalInt next(Event event) {
        return switch (event) {
            case AgentEvent.ToolStarted tool -> {
                OptionalInt over = ended();
                open.add(tool.callId());
                mayHaveWritten |= mayWrite(tool.kind());
                yield over;
            }
            case AgentEvent.ToolCompleted tool -> {
                open.remove(tool.callId());
                worked = true;
                yield OptionalInt.empty();
            }
            case AgentEvent.MessageDelta _, AgentEvent.Message _, AgentEvent.Reasoning _ -> ended();
            default -> OptionalInt.empty();
        };
    }

    /** The agent is over, and its last turn with it. */
    OptionalInt last() {
        open.clear();
        worked = true;
        return ended();
    }

    private OptionalInt ended() {
        if (!worked || !open.isEmpty()) {
            return OptionalInt.empty();
        }
        OptionalInt over = mayHaveWritten ? OptionalInt.of(number) : OptionalInt.empty();
        number++;
        worked = false;
        mayHaveWritten = false;
        return over;
    }

    private static boolean mayWrite(ToolKind kind) {
        return switch (kind) {
            case COMMAND, EDIT, MCP, TASK, OTHER -> true;
            case READ, SEARCH, FETCH -> false;
        };
    }
}
