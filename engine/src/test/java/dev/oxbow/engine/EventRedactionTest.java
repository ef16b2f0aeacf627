package dev.oxbow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.AgentEvent.OutputMode;
import dev.oxbow.agents.Event;
import dev.oxbow.base.Json;
import dev.oxbow.base.Redactor;
import dev.oxbow.base.RunId;
import dev.oxbow.base.ThreadId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class EventRedactionTest {
    private static final String SECRET = "Zq8-very-secret-Value-77";
    private static final Path TREE = Path.of("/tree");

    private static final RunRecord RUN =
            new RunRecord(
                    RunId.next(),
                    ThreadId.next(),
                    TREE,
                    TREE.resolve("out"),
                    1,
                    1,
                    Optional.empty(),
                    "fake",
                    RunRequest.of(TREE, "prompt").build(),
                    Instant.EPOCH,
                    false,
                    0,
                    RunProgress.queued());

    private final EventRedaction redaction = fresh();

    private static EventRedaction fresh() {
        return new EventRedaction(Redactor.knowing(List.of(SECRET)), RUN);
    }

    private List<Event> of(Event... events) {
        return of(redaction, events);
    }

    private static List<Event> of(EventRedaction redaction, Event... events) {
        List<Event> out = new ArrayList<>();
        for (Event event : events) {
            redaction
                    .next(new EventDraft(Instant.EPOCH, event, Optional.empty()))
                    .forEach(draft -> out.add(draft.event()));
        }
        return out;
    }

    private static AgentEvent said(String item, String text) {
        return new AgentEvent.MessageDelta(item, text);
    }

    private static String text(List<Event> events, String item) {
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            if (event instanceof AgentEvent.MessageDelta delta && delta.itemId().equals(item)) {
                text.append(delta.text());
            }
        }
        return text.toString();
    }

    @Test
    void aSecretSplitOverTwoDeltasOfOneItemIsFound() {
        List<Event> events =
                of(
                        said("m1", "the key is Zq8-very-se"),
                        said("m1", "cret-Value-77. Done."),
                        AgentEvent.Message.of("m1", AgentEvent.Role.ASSISTANT, SECRET));

        assertThat(text(events, "m1")).isEqualTo("the key is [REDACTED_SECRET]. Done.");
        assertThat(events).noneMatch(event -> Json.write(event).contains("Zq8"));
    }

    @Test
    void itemsThatComeInTurnsDoNotMixAndKeepTheirOrder() {
        List<Event> events =
                of(
                        said("a", "one Zq8-"),
                        said("b", "two Zq"),
                        said("a", "very-secret-Value-77 three"),
                        said("b", "uare four"));
        redaction.rest().forEach(draft -> events.add(draft.event()));

        assertThat(text(events, "a")).isEqualTo("one [REDACTED_SECRET] three");
        assertThat(text(events, "b")).isEqualTo("two Zquare four");
    }

    @Test
    void whatIsHeldBackComesBeforeTheEndOfItsItem() {
        List<Event> events =
                of(
                        said("m1", "ends like Zq8-very"),
                        AgentEvent.Message.of(
                                "m1", AgentEvent.Role.ASSISTANT, "ends like Zq8-very"));

        assertThat(text(events, "m1")).isEqualTo("ends like Zq8-very");
        assertThat(events.getLast()).isInstanceOf(AgentEvent.Message.class);
    }

    @Test
    void outputThatIsShownAnewEachTimeNeverEndsWithinASecret() {
        List<Event> events =
                of(
                        new AgentEvent.ToolOutput("c1", OutputMode.REPLACE, "key Zq8-very"),
                        new AgentEvent.ToolOutput("c1", OutputMode.REPLACE, "key Zq8-very-secret"),
                        new AgentEvent.ToolCompleted(
                                "c1",
                                AgentEvent.ToolStatus.OK,
                                OptionalInt.of(0),
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                List.of(),
                                OptionalLong.empty()));

        assertThat(events)
                .startsWith(
                        new AgentEvent.ToolOutput("c1", OutputMode.REPLACE, "key "),
                        new AgentEvent.ToolOutput("c1", OutputMode.REPLACE, "key "),
                        new AgentEvent.ToolOutput("c1", OutputMode.APPEND, "Zq8-very-secret"))
                .hasSize(4);
    }

    @Test
    void theAgentsOwnWordsGoWhereTheyHoldMoreThanIsShown() {
        JsonNode own = Json.tree("{\"delta\":\"Zq8-very\"}");

        List<EventDraft> held =
                redaction.next(
                        new EventDraft(Instant.EPOCH, said("m1", "is Zq8-very"), Optional.of(own)));
        List<EventDraft> plain =
                redaction.next(
                        new EventDraft(
                                Instant.EPOCH,
                                said("m2", "all fine."),
                                Optional.of(Json.tree("{\"delta\":\"all fine.\"}"))));

        assertThat(held).singleElement().matches(draft -> draft.nativeObject().isEmpty());
        assertThat(plain).singleElement().matches(draft -> draft.nativeObject().isPresent());
    }

    @Test
    void whoGoesThroughTheSameEventsGetsIntoTheSameState() {
        EventRedaction former = fresh();
        Event[] stored = {said("m1", "is Zq8-ve"), said("m1", "ry-secr")};
        assertThat(text(of(former, stored), "m1")).isEqualTo("is ");

        var _ = of(stored);
        List<Event> next = of(said("m1", "et-Value-77."));

        assertThat(next).isEqualTo(of(former, said("m1", "et-Value-77.")));
        assertThat(text(next, "m1")).isEqualTo("[REDACTED_SECRET].");
    }
}
