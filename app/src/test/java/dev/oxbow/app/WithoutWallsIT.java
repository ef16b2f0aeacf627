package dev.oxbow.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.AgentName;
import dev.oxbow.agents.Outcome;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.ExecRequest;
import dev.oxbow.engine.Place;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunView;
import dev.oxbow.sandbox.Tier;
import dev.oxbow.testing.ModelServer;
import dev.oxbow.testing.Script;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs of tier {@code process}: what they still do, and what they say of themselves. */
@Timeout(180)
class WithoutWallsIT {
    private static final String KEY = "test-key-4f9a7c21b6d8";

    private static final Script SCRIPT =
            Script.builder()
                    .when(
                            "change the file",
                            s ->
                                    s.run("echo from-tool")
                                            .edit("calc.txt", "two", "TWO")
                                            .say("All changed."))
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

    private RunRequest.Builder command(String script) {
        return RunRequest.of(repository.worktree, "")
                .agent("command")
                .command(List.of("sh", "-c", script));
    }

    private RunView run(RunRequest.Builder request) throws Exception {
        return engine.await(engine.start(request.build()).getFirst());
    }

    @ParameterizedTest
    @EnumSource(names = {"CODEX", "OPENCODE"})
    void anAgentReachesItsModelByItselfAndItsWorkComesBack(AgentName agent) throws Exception {
        RealAgents.need(agent);
        RunView view =
                run(
                        RunRequest.of(repository.worktree, "change the file")
                                .agent(agent.wire())
                                .model(RealAgents.model(agent))
                                .modelUrl(model.baseUrl(RealAgents.protocol(agent)))
                                .modelKeyEnv("TEST_KEY")
                                .withoutWalls());

        assertThat(view.outcome().orElseThrow().message()).isEqualTo("completed");
        assertThat(repository.read("calc.txt")).isEqualTo("one\nTWO\nthree\n");
        assertThat(model.violations()).isEmpty();
    }

    @Test
    void theRunSaysThatNothingIsIsolated() throws Exception {
        RunView view = run(command("env; pwd").withoutWalls().network(List.of("example.org")));

        var exit = Json.tree(Files.readString(view.artifacts().resolve("exit.json")));
        assertThat(exit.at("/tier/effective").asString()).isEqualTo("process");
        assertThat(exit.at("/tier/probe").asString()).isEqualTo("no walls");
        assertThat(Files.readString(view.artifacts().resolve("summary.md")))
                .contains("| Tier | process |", "not isolated", "no network rule holds");
        assertThat(engine.sandboxes()).allMatch(s -> s.tier() == Tier.PROCESS);
    }

    @Test
    void whoAsksForWallsIsNotGivenASandboxWithout() throws Exception {
        run(command("true").withoutWalls());
        var there = engine.sandboxes();

        RunView view = run(command("true"));

        assertThat(view.outcome().orElseThrow().outcome()).isEqualTo(Outcome.SANDBOX_BROKEN);
        assertThat(view.outcome().orElseThrow().code()).contains(ErrorCode.ISOLATION_UNAVAILABLE);
        OxException refusal =
                Assertions.catchThrowableOfType(
                        OxException.class,
                        () ->
                                engine.exec(
                                        ExecRequest.of(
                                                new Place.OfWorktree(repository.worktree),
                                                List.of("true"))));
        assertThat(refusal.code()).isEqualTo(ErrorCode.ISOLATION_UNAVAILABLE);
        assertThat(engine.sandboxes()).hasSameSizeAs(there);
        assertThat(
                        engine.exec(
                                        ExecRequest.of(
                                                new Place.OfWorktree(
                                                        repository.worktree,
                                                        Optional.of(Tier.PROCESS)),
                                                List.of("true")))
                                .process()
                                .awaitExit(Deadline.in(Duration.ofSeconds(60))))
                .isPresent();
    }
}
