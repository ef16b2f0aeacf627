package dev.oxbow.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.Json;
import dev.oxbow.engine.CrashPoint;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunFilter;
import dev.oxbow.engine.RunView;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Kills the process that drives a run at each of its steps; the next one must go on. */
@Timeout(120)
class CrashIT {
    private static final String SCRIPT =
            "echo once >> times; echo first; sleep 1; echo second; echo done";

    private Repository repository;

    @BeforeEach
    void make() throws Exception {
        repository = new Repository();
    }

    @AfterEach
    void delete() throws Exception {
        repository.delete();
    }

    @ParameterizedTest
    @EnumSource(
            value = CrashPoint.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ROLLBACK_INTENDED", "ROLLED_BACK", "BASE_RESTORED"})
    void f52_aRunGoesOnWhereverItsDriverIsKilled(CrashPoint point) throws Exception {
        Killed.at(point, CrashingDriver.class, repository, SCRIPT);

        try (Engine engine = Oxbow.at(repository.data()).open()) {
            List<RunView> found = engine.runs(RunFilter.ALL);
            assertThat(found).hasSize(1);
            RunView before = found.getFirst();
            List<EventEnvelope> acknowledged = events(engine, before, before.lastSeq());

            var _ = engine.recover();
            RunView run = engine.await(before.id());
            List<EventEnvelope> events = events(engine, run, run.lastSeq());

            assertThat(run.outcome().orElseThrow().message()).isEqualTo("completed");
            assertThat(repository.read("times")).isEqualTo("once\n");
            assertThat(events.subList(0, acknowledged.size())).isEqualTo(acknowledged);
            assertThat(events.stream().mapToLong(EventEnvelope::seq))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, events.size()).boxed().toList());
            assertThat(events.stream().map(EventEnvelope::type))
                    .containsOnlyOnce("tool.started", "tool.completed", "run.completed");
            assertThat(engine.sandboxes()).hasSize(1);
            assertThat(Files.readAllLines(run.artifacts().resolve("events.jsonl")))
                    .hasSize(events.size());
            assertThat(Files.readAllLines(run.artifacts().resolve("run.log")))
                    .filteredOn(line -> line.contains(" out "))
                    .extracting(line -> line.substring(line.indexOf(" out ") + 5))
                    .containsExactly("first", "second", "done");
            JsonNode exit = Json.tree(Files.readString(run.artifacts().resolve("exit.json")));
            assertThat(exit.path("outcome").asString()).isEqualTo("completed");
            assertThat(exit.path("artifacts").propertyNames())
                    .containsExactlyInAnyOrder(
                            "run.log", "summary.md", "events.jsonl", "diff.patch");
            assertThat(exit.at("/repo/insertions").asInt()).isEqualTo(1);
            assertThat(run.artifacts().resolve(".reserve")).doesNotExist();
            engine.sandboxes().forEach(sandbox -> engine.remove(sandbox.id(), true));
        }
    }

    private static List<EventEnvelope> events(Engine engine, RunView run, long upTo)
            throws InterruptedException {
        List<EventEnvelope> all = new ArrayList<>();
        try (var events = engine.events(run.id(), 0)) {
            while (all.size() < upTo) {
                all.add(events.next(Deadline.in(Duration.ofSeconds(10))).orElseThrow());
            }
        }
        return all;
    }
}
