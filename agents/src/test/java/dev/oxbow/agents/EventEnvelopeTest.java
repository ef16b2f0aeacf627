package dev.oxbow.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.Json;
import dev.oxbow.base.RunId;
import dev.oxbow.base.ThreadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class EventEnvelopeTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/events.jsonl");

    private static EventEnvelope envelope(long seq, Event event, Optional<JsonNode> original) {
        return new EventEnvelope(
                seq,
                Instant.parse("2026-01-02T03:04:05.678Z"),
                new ThreadId("thr_01jqzk3v5x7e4r8t2m6n9p0abc"),
                new RunId("run_01jqzk3v5x7e4r8t2m6n9p0abd"),
                "codex",
                event,
                original);
    }

    @Test
    void everyRecordHasItsGoldenJsonAndIsReadBackTheSame() throws IOException {
        List<String> expected = Files.readAllLines(GOLDEN);
        List<String> actual = new ArrayList<>();
        for (Event event : EventExamples.all()) {
            EventEnvelope envelope = envelope(actual.size() + 1, event, Optional.empty());
            String json = envelope.toJson();
            actual.add(json);
            assertThat(EventEnvelope.fromJson(json)).isEqualTo(envelope);
        }
        if (System.getenv("GOLDEN_WRITE") != null) {
            Files.write(GOLDEN, actual);
        }
        assertThat(actual).containsExactlyElementsOf(expected);
    }

    @Test
    void examplesForgetNoRecord() {
        assertThat(EventExamples.all().stream().map(Event::getClass).distinct())
                .containsExactlyInAnyOrderElementsOf(EventTypes.all().keySet());
    }

    @Test
    void everySealedRecordHasAName() {
        List<Class<?>> records = new ArrayList<>();
        for (Class<?> family : Event.class.getPermittedSubclasses()) {
            records.addAll(List.of(family.getPermittedSubclasses()));
        }
        assertThat(records).containsExactlyInAnyOrderElementsOf(EventTypes.all().keySet());
    }

    @Test
    void unknownTypeKeepsEverything() {
        String json =
                """
                {"seq":7,"ts":"2026-01-02T03:04:05.678Z","threadId":"thr_01jqzk3v5x7e4r8t2m6n9p0abc",\
                "runId":"run_01jqzk3v5x7e4r8t2m6n9p0abd","agent":"codex","type":"tool.progress",\
                "callId":"c1","percent":40,"nested":{"a":[1,null]}}\
                """;
        EventEnvelope read = EventEnvelope.fromJson(json);
        assertThat(read.event()).isInstanceOf(AgentEvent.Unknown.class);
        assertThat(read.type()).isEqualTo("tool.progress");
        assertThat(read.toJson()).isEqualTo(json);
    }

    @Test
    void unknownValueOfAKnownTypeKeepsEverything() {
        String json =
                envelope(1, AgentEvent.Message.of("i", AgentEvent.Role.USER, "x"), Optional.empty())
                        .toJson()
                        .replace("\"user\"", "\"narrator\"");
        assertThat(EventEnvelope.fromJson(json).toJson()).isEqualTo(json);
    }

    @Test
    void additionalFieldsAreNoError() {
        String json =
                envelope(1, new EngineEvent.RunPhase("setup"), Optional.empty())
                        .toJson()
                        .replace("\"phase\"", "\"since\":3,\"phase\"");
        assertThat(EventEnvelope.fromJson(json).event())
                .isEqualTo(new EngineEvent.RunPhase("setup"));
    }

    @Test
    void nativeObjectTravelsAndCanBeLeftOut() {
        JsonNode original = Json.tree("{\"type\":\"item.completed\",\"item\":{\"id\":\"item_0\"}}");
        EventEnvelope with =
                envelope(2, AgentEvent.Unknown.ofNative("item.completed"), Optional.of(original));
        assertThat(with.toJson())
                .endsWith(
                        "\"type\":\"unknown\",\"nativeType\":\"item.completed\",\"native\":{\"type\":\"item.completed\",\"item\":{\"id\":\"item_0\"}}}");
        assertThat(EventEnvelope.fromJson(with.toJson())).isEqualTo(with);
        assertThat(with.withoutNative().toJson()).doesNotContain("native\":{");
    }

    @Test
    void whatIsNoEventIsRefused() {
        assertThatThrownBy(() -> EventEnvelope.fromJson("[]"))
                .isInstanceOf(Json.MalformedJson.class);
        assertThatThrownBy(() -> EventEnvelope.fromJson("{\"seq\":1}"))
                .isInstanceOf(Json.MalformedJson.class);
    }

    @Test
    void lastEventCarriesWhatTheRunCameTo() {
        AgentEvent.RunError error =
                new AgentEvent.RunError(
                        AgentEvent.Reason.AUTH,
                        "refused",
                        OptionalInt.of(401),
                        OptionalInt.of(1),
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalInt.empty());
        assertThat(envelope(9, error.ended(Outcome.AUTH, 77), Optional.empty()).toJson())
                .contains("\"exitCode\":77", "\"agentExitCode\":1", "\"outcome\":\"auth\"");
    }
}
