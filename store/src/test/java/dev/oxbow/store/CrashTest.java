package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.engine.CrashPoint;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunFilter;
import dev.oxbow.engine.RunState;
import dev.oxbow.engine.RunView;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** Kills the process that drives a run at each of its steps; the next one must go on. */
@Timeout(120)
class CrashTest {
    private static final String SCRIPT =
            "echo once >> /workspace/times; echo first; sleep 1; echo second; echo done";

    @TempDir Path dir;

    @ParameterizedTest
    @EnumSource(CrashPoint.class)
    void f52_aRunGoesOnWhereverItsDriverIsKilled(CrashPoint point) throws Exception {
        kill(point);

        try (Installation installation = new Installation(dir);
                Engine engine = installation.engine()) {
            List<RunView> found = engine.runs(RunFilter.ALL);
            assertThat(found).hasSize(1);
            List<EventEnvelope> before = seen(engine, found.getFirst());

            engine.recover();
            List<EventEnvelope> events = Installation.follow(engine, found.getFirst().id());
            RunView run = engine.await(found.getFirst().id());

            assertThat(run.outcome().orElseThrow().message()).isEqualTo("completed");
            assertThat(run.state()).isEqualTo(RunState.COMPLETED);
            assertThat(installation.worktree.resolve("times")).hasContent("once\n");
            assertThat(events).startsWith(before.toArray(EventEnvelope[]::new));
            assertThat(events.stream().mapToLong(EventEnvelope::seq))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, events.size()).boxed().toList());
            assertThat(Installation.types(events))
                    .containsOnlyOnce("tool.started", "tool.completed", "run.completed");
            assertThat(engine.sandboxes()).hasSize(1);
            assertThat(Files.readAllLines(run.artifacts().resolve("events.jsonl")))
                    .hasSize(events.size());
            assertThat(Files.readAllLines(run.artifacts().resolve("run.log")))
                    .filteredOn(line -> line.contains(" out "))
                    .extracting(line -> line.substring(line.indexOf(" out ") + 5))
                    .containsExactly("first", "second", "done");
        }
    }

    private static List<EventEnvelope> seen(Engine engine, RunView run) throws Exception {
        List<EventEnvelope> all = new java.util.ArrayList<>();
        try (var events = engine.events(run.id(), 0)) {
            while (all.size() < run.lastSeq()) {
                events.next(dev.oxbow.base.Deadline.in(Duration.ofSeconds(5))).ifPresent(all::add);
            }
        }
        return all;
    }

    private void kill(CrashPoint point) throws Exception {
        Process driver =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashingDriver.class.getName(),
                                dir.toString(),
                                point.name(),
                                SCRIPT)
                        .redirectErrorStream(true)
                        .redirectOutput(dir.resolve("driver.log").toFile())
                        .start();
        assertThat(driver.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(driver.exitValue())
                .as(Files.readString(dir.resolve("driver.log")))
                .isEqualTo(137);
    }
}
