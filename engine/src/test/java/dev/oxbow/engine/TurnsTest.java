package dev.oxbow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.AgentEvent.Message;
import dev.oxbow.agents.AgentEvent.Role;
import dev.oxbow.agents.AgentEvent.ToolCompleted;
import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.agents.Event;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class TurnsTest {
    private final Turns turns = new Turns();

    @Test
    void whatIsSaidAfterTheToolsBeginsTheNextTurn() {
        assertThat(next(said(), started("1", ToolKind.EDIT), completed("1"))).isEmpty();

        assertThat(turns.next(said())).hasValue(1);
        assertThat(turns.next(said())).isEmpty();
        assertThat(next(started("2", ToolKind.COMMAND), completed("2"))).isEmpty();
        assertThat(turns.last()).hasValue(2);
    }

    @Test
    void toolsThatRunTogetherAreOfOneTurn() {
        assertThat(next(started("1", ToolKind.EDIT), started("2", ToolKind.READ))).isEmpty();
        assertThat(next(completed("1"), said(), completed("2"))).isEmpty();

        assertThat(turns.next(started("3", ToolKind.READ))).hasValue(1);
    }

    @Test
    void aTurnThatOnlyReadIsCountedAndNotTold() {
        assertThat(next(started("1", ToolKind.READ), completed("1"), said())).isEmpty();
        assertThat(next(started("2", ToolKind.SEARCH), completed("2"), said())).isEmpty();

        assertThat(next(started("3", ToolKind.EDIT), completed("3"), said())).hasValue(3);
        assertThat(turns.last()).isEmpty();
    }

    @Test
    void aToolThatNeverEndsEndsWithItsAgent() {
        assertThat(next(started("1", ToolKind.COMMAND), said())).isEmpty();

        assertThat(turns.last()).hasValue(1);
    }

    private OptionalInt next(Event... events) {
        OptionalInt last = OptionalInt.empty();
        for (Event event : events) {
            last = turns.next(event);
        }
        return last;
    }

    private static Event said() {
        return Message.of("m", Role.ASSISTANT, "well");
    }

    private static Event started(String id, ToolKind kind) {
        return new ToolStarted(
                id,
                Optional.empty(),
                kind,
                "tool",
                Optional.empty(),
                "tool",
                JsonNodeFactory.instance.objectNode(),
                Optional.empty(),
                List.of());
    }

    private static Event completed(String id) {
        return new ToolCompleted(
                id,
                ToolStatus.OK,
                OptionalInt.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                List.of(),
                OptionalLong.empty());
    }
}
