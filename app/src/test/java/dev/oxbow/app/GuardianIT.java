package dev.oxbow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oxbow.agents.AgentName;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Deadline;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunFilter;
import dev.oxbow.engine.RunView;
import dev.oxbow.posix.Posix;
import dev.oxbow.testing.ModelServer;
import dev.oxbow.testing.Script;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A foreground run of a real agent is killed in the middle of a turn; nobody calls Oxbow again. */
@Timeout(180)
class GuardianIT {
    private static final String KEY = "test-key-7d02b9c4e611";
    private static final int KILL = 9;

    private static final Script SCRIPT =
            Script.builder()
                    .when(
                            "change the file",
                            s ->
                                    s.run("touch begun; sleep 4")
                                            .edit("calc.txt", "two", "TWO")
                                            .say("All changed."))
                    .when("think for long", s -> s.hang(Duration.ofSeconds(4)).say("Thought."))
                    .otherwise(s -> s.say("Noted."))
                    .build();

    private Repository repository;
    private ModelServer model;

    @BeforeEach
    void open() throws Exception {
        repository = new Repository();
        model = ModelServer.start(SCRIPT, KEY);
    }

    @AfterEach
    void close() throws Exception {
        model.close();
        repository.delete();
    }

    @ParameterizedTest
    @EnumSource(names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void f42_anAgentWorksOnWithItsModelAndItsWorkComesBack(AgentName agent) throws Exception {
        RealAgents.need(agent);
        Process run = start(agent, "change the file");
        // The agent's command works, its next question to the model is still to come.
        var _ =
                model.await(
                        r -> r.body().contains("change the file"),
                        Deadline.in(Duration.ofSeconds(60)));
        await().atMost(Duration.ofSeconds(60)).until(this::commandRuns);

        assertThat(Posix.kill(run.pid(), KILL)).isTrue();
        assertThat(run.waitFor(10, TimeUnit.SECONDS)).isTrue();
        await().atMost(Duration.ofSeconds(60)).until(this::exitDocumentThere);

        try (Engine engine = Oxbow.at(repository.data()).open()) {
            RunView view = engine.await(engine.runs(RunFilter.ALL).getFirst().id());
            assertThat(view.outcome().orElseThrow().message()).isEqualTo("completed");
            assertThat(repository.read("calc.txt")).isEqualTo("one\nTWO\nthree\n");
            assertThat(view.artifacts().resolve("last-message.md")).hasContent("All changed.");
            assertThat(events(engine, view))
                    .extracting(EventEnvelope::type)
                    .containsOnlyOnce("run.started", "agent.session", "run.completed");
            engine.sandboxes().forEach(sandbox -> engine.remove(sandbox.id(), true));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void f42_anAnswerThatIsCutOffIsAskedForAgain(AgentName agent) throws Exception {
        RealAgents.need(agent);
        Process run = start(agent, "think for long");
        assertThat(
                        model.await(
                                r -> r.body().contains("think for long"),
                                Deadline.in(Duration.ofSeconds(60))))
                .isPresent();

        assertThat(Posix.kill(run.pid(), KILL)).isTrue();
        await().atMost(Duration.ofSeconds(60)).until(this::exitDocumentThere);

        try (Engine engine = Oxbow.at(repository.data()).open()) {
            RunView view = engine.await(engine.runs(RunFilter.ALL).getFirst().id());
            assertThat(view.outcome().orElseThrow().message()).isEqualTo("completed");
            assertThat(view.artifacts().resolve("last-message.md")).hasContent("Thought.");
            engine.sandboxes().forEach(sandbox -> engine.remove(sandbox.id(), true));
        }
    }

    private Process start(AgentName agent, String prompt) throws Exception {
        List<String> words = new ArrayList<>(GuardedDriver.words(repository.data(), "run"));
        words.addAll(
                List.of(
                        repository.worktree.toString(),
                        agent.wire(),
                        RealAgents.model(agent),
                        model.baseUrl(RealAgents.protocol(agent)).toString(),
                        prompt));
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(repository.folder.resolve("run.out").toFile());
        builder.environment().put(GuardedDriver.KEY, KEY);
        return builder.start();
    }

    private boolean commandRuns() throws Exception {
        Path sandboxes = repository.data().resolve("sandboxes");
        if (!Files.isDirectory(sandboxes)) {
            return false;
        }
        try (var all = Files.walk(sandboxes, 5)) {
            return all.anyMatch(p -> p.endsWith("begun"));
        } catch (UncheckedIOException changing) {
            return false;
        }
    }

    private boolean exitDocumentThere() throws Exception {
        Path runs = repository.worktree.resolve(".ox/runs");
        if (!Files.isDirectory(runs)) {
            return false;
        }
        try (var all = Files.list(runs)) {
            return all.anyMatch(run -> Files.exists(run.resolve("exit.json")));
        }
    }

    private static List<EventEnvelope> events(Engine engine, RunView view)
            throws InterruptedException {
        List<EventEnvelope> all = new ArrayList<>();
        try (var events = engine.events(view.id(), 0)) {
            while (!events.finished()) {
                all.add(events.next(Deadline.in(Duration.ofSeconds(10))).orElseThrow());
            }
        }
        return all;
    }
}
