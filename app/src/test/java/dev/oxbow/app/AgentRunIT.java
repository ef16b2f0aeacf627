package dev.oxbow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.agents.AgentName;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.agents.Outcome;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Continuation;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.EventStream;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunState;
import dev.oxbow.engine.RunView;
import dev.oxbow.testing.ModelServer;
import dev.oxbow.testing.Script;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The real agents, each in a real sandbox of this machine, against the scripted model. */
@Timeout(180)
class AgentRunIT {
    private static final String KEY = "test-key-4f9a7c21b6d8";

    private static final Script SCRIPT =
            Script.builder()
                    .when(
                            "change the file",
                            s ->
                                    s.run("echo from-tool")
                                            .edit("calc.txt", "two", "TWO")
                                            .write("new.txt", "new\n")
                                            .say("All changed."))
                    .when("run a failing command", s -> s.run("exit 7").say("It failed."))
                    .when("break", s -> s.fail(400, "the model says no"))
                    .when("hang", s -> s.hang(Duration.ofMinutes(5)).say("late"))
                    .otherwise(s -> s.say("Noted."))
                    .build();

    private Repository repository;
    private ModelServer model;
    private Engine engine;

    @BeforeEach
    void open() throws Exception {
        repository = new Repository();
        model = ModelServer.start(SCRIPT, KEY);
        engine =
                Oxbow.at(repository.data())
                        .agentsOf(RealAgents.DATA)
                        .environment(Map.of("TEST_KEY", KEY))
                        .open();
    }

    @AfterEach
    void close() throws Exception {
        engine.sandboxes().forEach(sandbox -> engine.remove(sandbox.id(), true));
        engine.close();
        model.close();
        repository.delete();
    }

    @ParameterizedTest
    @EnumSource(names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void anAgentRunsACommandEditsAFileAndItsWorkComesBack(AgentName agent) throws Exception {
        RealAgents.need(agent);
        repository.write("mine.txt", "not committed\n");

        RunId run = start(request(agent, "change the file"));
        List<EventEnvelope> events = follow(run);
        RunView view = engine.await(run);

        assertThat(view.outcome().orElseThrow().message()).isEqualTo("completed");
        assertThat(repository.read("calc.txt")).isEqualTo("one\nTWO\nthree\n");
        assertThat(repository.read("new.txt")).isEqualTo("new\n");
        assertThat(repository.read("mine.txt")).isEqualTo("not committed\n");
        assertThat(view.outcome().orElseThrow().filesChanged()).isEqualTo(2);
        assertThat(events).extracting(EventEnvelope::type).contains("agent.session", "message");
        assertThat(events.getLast().type()).isEqualTo("run.completed");
        assertThat(view.artifacts().resolve("last-message.md")).hasContent("All changed.");
        assertThat(view.artifacts().resolve("diff.patch")).content().contains("+TWO");
        assertThat(terminalEvent(view))
                .isEqualTo(
                        switch (agent) {
                            case CODEX -> "turn.completed";
                            case OPENCODE -> "step_finish";
                            case CLAUDE_CODE, GEMINI -> "result";
                            case COMMAND -> throw new AssertionError();
                        });
        assertThat(model.violations()).isEmpty();
        assertNoKeyIn(view, events);
    }

    private static String terminalEvent(RunView view) throws Exception {
        String exit = Files.readString(view.artifacts().resolve("exit.json"));
        return Json.tree(exit).at("/agent/terminalEvent").asString("none");
    }

    private static void assertNoKeyIn(RunView view, List<EventEnvelope> events) throws Exception {
        assertThat(events).noneMatch(event -> event.toJson().contains(KEY));
        try (var files = Files.list(view.artifacts())) {
            for (var file : files.toList()) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContain(KEY);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OPENCODE, .opencode/plugin/greedy.js, {}",
        "OPENCODE, .opencode/opencode.json, '{\"plugin\": [\"../x.js\"]}'",
        "OPENCODE, opencode.json, '{\"pl\\u0075gin\": [\"./x.js\"]}'",
        "GEMINI, .gemini/settings.json, {}"
    })
    void anAgentIsNotStartedWhereTheRepositoryWouldRunCodeBesideTheKey(
            AgentName agent, String file, String content) throws Exception {
        RealAgents.need(agent);
        repository.write(file, content);

        RunView view = engine.await(start(request(agent, "change the file")));

        assertThat(view.outcome().orElseThrow().outcome()).isEqualTo(Outcome.SANDBOX_BROKEN);
        assertThat(view.outcome().orElseThrow().code()).contains(ErrorCode.POLICY_NOT_ENFORCED);
        assertThat(view.outcome().orElseThrow().message()).contains(file.substring(0, 10));
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void aRepositoryThatItsOwnerTrustsMayConfigureItsAgent() throws Exception {
        RealAgents.need(AgentName.OPENCODE);
        repository.write("opencode.json", "{\"plugin\": [\"./greeting.js\"]}");
        repository.write(
                "greeting.js",
                "import fs from 'fs'; fs.writeFileSync('/workspace/loaded', '');"
                        + " export const X = async () => ({});");

        RunRequest.Builder trusting =
                request(AgentName.OPENCODE, "change the file").trustRepository(true);
        RunView view = engine.await(start(trusting));

        assertThat(view.outcome().orElseThrow().message()).isEqualTo("completed");
        assertThat(repository.worktree.resolve("loaded")).exists();
    }

    @ParameterizedTest
    @EnumSource(names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void aSecondPromptReachesTheModelWithTheHistory(AgentName agent) throws Exception {
        RealAgents.need(agent);
        RunView first = engine.await(start(request(agent, "remember the word xylophone")));
        assertThat(first.outcome().orElseThrow().message()).isEqualTo("completed");

        RunId second =
                start(request(agent, "which word was it").continuation(new Continuation.Latest()));
        RunView view = engine.await(second);

        assertThat(view.outcome().orElseThrow().message()).isEqualTo("completed");
        assertThat(model.requests())
                .anyMatch(r ->
                        r.body().contains("which word was it") && r.body().contains("xylophone"));
        assertThat(view.sandbox()).isEqualTo(first.sandbox());
    }

    @ParameterizedTest
    @EnumSource(names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void aModelThatRefusesFailsTheRun(AgentName agent) throws Exception {
        RealAgents.need(agent);

        RunView view = engine.await(start(request(agent, "break")));

        assertThat(view.outcome().orElseThrow().outcome()).isEqualTo(Outcome.TURN_FAILED);
        assertThat(view.outcome().orElseThrow().exitCode()).isEqualTo(1);
        assertThat(view.artifacts().resolve("exit.json")).content().contains("turn_failed");
    }

    @ParameterizedTest
    @EnumSource(names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void anAgentThatWaitsForItsModelIsCancelled(AgentName agent) throws Exception {
        RealAgents.need(agent);
        RunId run = start(request(agent, "hang"));
        assertThat(model.await(r -> r.body().contains("hang"), Deadline.in(Duration.ofSeconds(60))))
                .isPresent();

        engine.cancel(run);
        RunView view = engine.await(run);

        assertThat(view.state()).isEqualTo(RunState.CANCELLED);
        assertThat(view.outcome().orElseThrow().exitCode()).isEqualTo(130);
    }

    @Test
    void anAgentIsOnlyTakenUpWhereItsKeyIsKnown() throws Exception {
        RealAgents.need(AgentName.CODEX);
        RunId run = start(request(AgentName.CODEX, "hang"));
        assertThat(model.await(r -> r.body().contains("hang"), Deadline.in(Duration.ofSeconds(60))))
                .isPresent();
        engine.close();

        try (Engine without =
                Oxbow.at(repository.data())
                        .agentsOf(RealAgents.DATA)
                        .environment(Map.of())
                        .open()) {
            assertThat(without.recover()).isEmpty();
            assertThatThrownBy(() -> without.cancel(run))
                    .isInstanceOfSatisfying(
                            OxException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.AGENT_AUTH_MISSING));
            assertThat(without.run(run).state()).isEqualTo(RunState.RUNNING);
        }

        engine =
                Oxbow.at(repository.data())
                        .agentsOf(RealAgents.DATA)
                        .environment(Map.of("TEST_KEY", KEY))
                        .open();
        assertThat(engine.recover()).containsExactly(run);
        RunView view = engine.await(run);

        assertThat(view.state()).isEqualTo(RunState.CANCELLED);
        assertNoKeyIn(view, follow(run));
    }

    @Test
    void aMissingKeyIsToldBeforeAnythingIsCreated() {
        RunRequest request =
                RunRequest.of(repository.worktree, "anything").modelKeyEnv("NO_SUCH_KEY").build();

        assertThatThrownBy(() -> engine.start(request))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.AGENT_AUTH_MISSING));
        assertThat(engine.sandboxes()).isEmpty();
    }

    private RunRequest.Builder request(AgentName agent, String prompt) {
        return RunRequest.of(repository.worktree, prompt)
                .agent(agent.wire())
                .model(RealAgents.model(agent))
                .modelUrl(model.baseUrl(RealAgents.protocol(agent)))
                .modelKeyEnv("TEST_KEY")
                .timeout(Duration.ofMinutes(2));
    }

    private RunId start(RunRequest.Builder request) {
        return engine.start(request.build()).getFirst();
    }

    private List<EventEnvelope> follow(RunId run) throws InterruptedException {
        List<EventEnvelope> all = new ArrayList<>();
        Deadline deadline = Deadline.in(Duration.ofMinutes(2));
        try (EventStream events = engine.events(run, 0)) {
            while (!events.finished() && !deadline.expired()) {
                events.next(deadline).ifPresent(all::add);
            }
        }
        return all;
    }
}
