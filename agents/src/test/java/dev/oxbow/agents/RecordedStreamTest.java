package dev.oxbow.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.AgentEvent.Message;
import dev.oxbow.agents.AgentEvent.Role;
import dev.oxbow.agents.AgentEvent.RunCompleted;
import dev.oxbow.agents.AgentEvent.ToolCompleted;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.agents.Samples.Recorded;
import dev.oxbow.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** What must hold for every agent, on every recorded stream. */
final class RecordedStreamTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    static Stream<Recorded> runs() {
        return Samples.all().stream();
    }

    static Stream<String> samples() {
        return Samples.all().stream().map(Recorded::sample).distinct();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void givesItsGoldenEvents(String sample) throws IOException {
        List<String> actual = new ArrayList<>();
        for (Recorded run : Samples.runs(sample)) {
            run.decode().forEach(decoded -> actual.add(json(decoded.event())));
        }
        Path file = GOLDEN.resolve(sample + ".events.jsonl");
        if (System.getenv("GOLDEN_WRITE") != null) {
            Files.write(file, actual);
        }
        assertThat(actual).containsExactlyElementsOf(Files.readAllLines(file));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void endsByOneTerminalEvent(Recorded run) {
        List<AgentEvent> events = events(run);
        assertThat(events.getLast().terminal()).isTrue();
        assertThat(events.stream().filter(Event::terminal)).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void completesEveryToolOnceAfterItsStart(Recorded run) {
        Set<String> open = new HashSet<>();
        Set<String> done = new HashSet<>();
        for (AgentEvent event : events(run)) {
            if (event instanceof ToolStarted tool) {
                assertThat(open.add(tool.callId())).isTrue();
            }
            if (event instanceof ToolCompleted tool) {
                assertThat(open).contains(tool.callId());
                assertThat(done.add(tool.callId())).isTrue();
            }
        }
        assertThat(done).isEqualTo(open);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void completionRepeatsTheLastThingSaidAndCountsTools(Recorded run) {
        List<AgentEvent> events = events(run);
        if (!(events.getLast() instanceof RunCompleted end)) {
            return;
        }
        String said =
                events.stream()
                        .filter(e -> e instanceof Message m && m.role() == Role.ASSISTANT)
                        .map(e -> ((Message) e).text())
                        .reduce("", (_, last) -> last);
        assertThat(end.text()).isEqualTo(said);
        assertThat(end.toolsFailed()).isEqualTo(count(events, ToolStatus.FAILED));
        assertThat(end.toolsDeclined()).isEqualTo(count(events, ToolStatus.DECLINED));
        assertThat(end.toolsAborted()).isEqualTo(count(events, ToolStatus.ABORTED));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void pathsAreRelativeToTheWorkspace(Recorded run) {
        for (AgentEvent event : events(run)) {
            if (event instanceof ToolStarted tool) {
                assertThat(tool.paths()).noneMatch(path -> path.startsWith("/workspace"));
            }
            if (event instanceof ToolCompleted tool) {
                assertThat(tool.changes()).noneMatch(c -> c.path().startsWith("/workspace"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("runs")
    void tellsOfTheSessionOnceAndFirst(Recorded run) {
        List<AgentEvent> events = events(run);
        assertThat(events.getFirst()).isInstanceOf(AgentEvent.AgentSession.class);
        assertThat(events.stream().filter(e -> e instanceof AgentEvent.AgentSession)).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void takesAccountOfEveryLine(Recorded run) {
        StreamDecoder decoder = run.decoder();
        List<Decoded> events = new ArrayList<>(decoder.stdout(run.bytes()));
        Set<Object> sources = Collections.newSetFromMap(new IdentityHashMap<>());
        events.forEach(d -> d.nativeObject().ifPresent(sources::add));
        long withEvents = sources.size();
        DecodeCounts counts = decoder.counts();
        assertThat(counts.lines()).isEqualTo(run.output().size());
        assertThat(counts.unknown()).isZero();
        assertThat(counts.stray()).isZero();
        assertThat(withEvents + counts.quiet()).isGreaterThanOrEqualTo(counts.lines());
    }

    @ParameterizedTest
    @MethodSource("runs")
    void givesTheSameEventsWhereverTheBytesAreCut(Recorded run) {
        List<Decoded> whole = run.decode();
        byte[] bytes = run.bytes();
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            int most = seed == 0 ? 1 : 1 << (seed * 3);
            StreamDecoder decoder = run.decoder();
            List<Decoded> cut = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(most));
                cut.addAll(decoder.stdout(Arrays.copyOfRange(bytes, at, to)));
                at = to;
            }
            cut.addAll(decoder.end(run.end()));
            assertThat(cut).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @MethodSource("runs")
    void endsDecentlyWhereverTheProcessDies(Recorded run) {
        byte[] bytes = run.bytes();
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            StreamDecoder decoder = run.decoder();
            byte[] part = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            List<Decoded> events = new ArrayList<>(decoder.stdout(part));
            events.addAll(decoder.end(ProcessEnd.exited(137)));
            assertThat(events.getLast().event()).isInstanceOf(AgentEvent.RunError.class);
            assertThat(events.stream().filter(d -> d.event() instanceof ToolStarted).count())
                    .isEqualTo(
                            events.stream()
                                    .filter(d -> d.event() instanceof ToolCompleted)
                                    .count());
            assertThat(decoder.toolOpen()).isFalse();
        }
    }

    private static List<AgentEvent> events(Recorded run) {
        return run.decode().stream().map(Decoded::event).toList();
    }

    private static long count(List<AgentEvent> events, ToolStatus status) {
        return events.stream()
                .filter(e -> e instanceof ToolCompleted tool && tool.status() == status)
                .count();
    }

    private static String json(AgentEvent event) {
        ObjectNode node = Json.mapper().createObjectNode();
        node.put("type", event.type());
        node.setAll(EnvelopeJson.fields(event));
        return Json.write(node);
    }
}
