package dev.oxbow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.AgentEvent.Message;
import dev.oxbow.agents.AgentEvent.Role;
import dev.oxbow.agents.AgentEvent.ToolCompleted;
import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Json;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Continuation;
import dev.oxbow.engine.Keeping;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Tier;
import dev.oxbow.workspace.ConflictPolicy;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class RunCommandTest {
    private static final int INT = 2;

    private final FakeEngine engine = new FakeEngine();

    @BeforeEach
    void aShortRun() {
        engine.events =
                List.of(
                        new EngineEvent.SandboxCreated(
                                FakeEngine.SANDBOX, "local", "namespace", 12),
                        new ToolStarted(
                                "1",
                                Optional.empty(),
                                ToolKind.COMMAND,
                                "shell",
                                Optional.empty(),
                                "make test",
                                JsonNodeFactory.instance.objectNode(),
                                Optional.of("make \u001b[2Jtest"),
                                List.of()),
                        new ToolCompleted(
                                "1",
                                ToolStatus.FAILED,
                                OptionalInt.of(2),
                                Optional.of("one\ntwo\u001b]0;evil\u0007\n"),
                                false,
                                Optional.empty(),
                                List.of(),
                                OptionalLong.empty()),
                        Message.of("2", Role.ASSISTANT, "I fixed it.\nSee \u202efile."),
                        FakeEngine.ended());
    }

    private CommandLineRun ox(String... args) {
        return CommandLineRun.of(engine, args);
    }

    @Test
    void jsonIsEveryEventAndThenTheOutcome() {
        CommandLineRun run = ox("run", "--json", "fix", "it");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(engine.events.size() + 1);
        assertThat(lines.subList(0, engine.events.size()))
                .extracting(line -> EventEnvelope.fromJson(line).seq())
                .containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(lines.getLast())
                .isEqualTo(
                        """
                        {"type":"outcome","run":"%s","sandbox":"%s","outcome":"completed",\
                        "exit_code":0,"files_changed":1,"files_deleted":0,"conflicts":[],\
                        "artifacts":"/work/tree/.ox/runs/%s"}\
                        """
                                .formatted(FakeEngine.id(1), FakeEngine.SANDBOX, FakeEngine.id(1)));
    }

    @Test
    void linesOnAPipeAreForPeopleAndHarmless() {
        CommandLineRun run = ox("run", "fix it");

        assertThat(run.out())
                .contains("sandbox " + FakeEngine.SANDBOX + " created (local, namespace)")
                .contains("  $ make test\n    one\n    two\n    exit 2\n")
                .contains("● I fixed it.\n  See file.\n")
                .contains("completed in 12 s: 1 file changed\n")
                .contains("artifacts  .ox/runs/" + FakeEngine.id(1) + "\n")
                .doesNotContain("\u001b")
                .doesNotContain("evil");
    }

    @Test
    void quietLeavesOnlyFailures() {
        assertThat(ox("run", "-q", "fix it").out()).isEmpty();
    }

    @Test
    void aConflictExitsWith73AndListsThePaths() {
        engine.outcome = FakeEngine.conflict("a.txt", "b\u001b[31m.txt");

        CommandLineRun run = ox("run", "fix it");

        assertThat(run.exitCode()).isEqualTo(73);
        assertThat(run.err()).contains("ox: both sides changed the same file\n");
        assertThat(run.out())
                .contains("  conflict  a.txt\n  conflict  b.txt\n")
                .contains("not applied")
                .contains("ox apply " + FakeEngine.id(1) + " --on-conflict");
        assertThat(ox("run", "--json", "fix").out())
                .contains("\"outcome\":\"conflict\",\"exit_code\":73")
                .contains("\"conflicts\":[\"a.txt\",\"b\\u001B[31m.txt\"]");
    }

    @Test
    void everyFlagReachesTheRequest() {
        CommandLineRun run =
                ox(
                        ("run --agent claude --model m1 --model-url http://127.0.0.1:9/v1"
                                        + " --model-key-env MY_KEY --provider local --tier process"
                                        + " --i-know-this-is-not-isolated"
                                        + " --network example.org:443,other.org --timeout 90s"
                                        + " --idle-timeout 1m --session abc --on-conflict merge"
                                        + " --include a --include b/c --out o --rm --attempts 2"
                                        + " --trust-repository"
                                        + " do it")
                                .split(" "));

        assertThat(run.exitCode()).isZero();
        RunRequest request = engine.requests.getFirst();
        assertThat(request.prompt()).isEqualTo("do it");
        assertThat(request.agent()).isEqualTo("claude");
        assertThat(request.model()).contains("m1");
        assertThat(request.modelUrl().orElseThrow()).hasPort(9).hasPath("/v1");
        assertThat(request.modelKeyEnv()).contains("MY_KEY");
        assertThat(request.provider()).contains("local");
        assertThat(request.tier()).isEqualTo(Tier.PROCESS);
        assertThat(request.network()).containsExactly("example.org:443", "other.org");
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(request.idleTimeout()).contains(Duration.ofMinutes(1));
        assertThat(request.continuation()).isEqualTo(new Continuation.Session("abc"));
        assertThat(request.onConflict()).isEqualTo(ConflictPolicy.MERGE);
        assertThat(request.include()).containsExactly("a", "b/c");
        assertThat(request.out()).contains(CommandLineRun.CWD.resolve("o"));
        assertThat(request.keeping()).isEqualTo(Keeping.REMOVE);
        assertThat(request.attempts()).isEqualTo(2);
        assertThat(request.trustRepository()).isTrue();
    }

    @Test
    void theDefaultsAreTheSafeOnes() {
        ox("run", "x");

        RunRequest request = engine.requests.getFirst();
        assertThat(request.agent()).isEqualTo("codex");
        assertThat(request.network()).isEmpty();
        assertThat(request.tier()).isEqualTo(Tier.NAMESPACE);
        assertThat(request.onConflict()).isEqualTo(ConflictPolicy.FAIL);
        assertThat(request.continuation()).isEqualTo(new Continuation.Fresh());
        assertThat(request.keeping()).isEqualTo(Keeping.IDLE);
        assertThat(request.trustRepository()).isFalse();
        assertThat(request.watch()).isEmpty();
    }

    @Test
    void editsAreWatchedWhenAskedFor() {
        ox("run", "--watch", "x");

        assertThat(engine.requests.getFirst().watch()).contains(RunRequest.DEFAULT_QUIET);
    }

    @Test
    void aDashReadsThePromptFromStandardInput() {
        CommandLineRun.of(engine, "from\nstdin\n", Map.of(), "run", "-");

        assertThat(engine.requests.getFirst().prompt()).isEqualTo("from\nstdin\n");
        assertThat(CommandLineRun.of(engine, " \n", Map.of(), "run", "-").exitCode()).isEqualTo(64);
    }

    @Test
    void wordsAfterTwoDashesBelongToTheCommand() {
        ox("run", "--agent", "command", "--json", "--", "make", "-j4", "--json");

        RunRequest request = engine.requests.getFirst();
        assertThat(request.command()).containsExactly("make", "-j4", "--json");
        assertThat(request.prompt()).isEmpty();
    }

    @Test
    void attemptsAreToldApartAndKeptByApply() {
        engine.outcome = FakeEngine.completed(1, false);
        CommandLineRun run = ox("run", "--attempts", "2", "fix it");

        assertThat(run.out())
                .contains("[1] ● I fixed it.", "[2] ● I fixed it.")
                .contains("ox apply " + FakeEngine.id(1), "ox apply " + FakeEngine.id(2));
    }

    @Test
    void watchAndAttemptsExcludeEachOther() {
        CommandLineRun run = ox("run", "--watch", "--attempts", "2", "fix it");

        assertThat(run.exitCode()).isEqualTo(64);
        assertThat(run.err()).contains("--watch and --attempts exclude each other");
        assertThat(engine.requests).isEmpty();
    }

    @Test
    void aDetachedRunPrintsItsIdAndNothingElse() {
        CommandLineRun run = ox("run", "--detach", "fix it");

        assertThat(run.out()).isEqualTo(FakeEngine.id(1) + "\n");
        assertThat(run.err()).contains("ox attach " + FakeEngine.id(1));
    }

    @Test
    void aDetachedRunAsJsonIsOneLineWithItsState() {
        assertThat(ox("run", "--detach", "--json", "fix it").out().lines()).hasSize(1);
    }

    @Test
    void anInterruptBeforeTheRunHasANameStopsItAllTheSame() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        FakeEngine interrupted =
                new FakeEngine() {
                    @Override
                    public List<RunId> start(RunRequest request) {
                        assertThat(Posix.kill(ProcessHandle.current().pid(), INT)).isTrue();
                        Awaitility.await().until(() -> said.toString(UTF_8).contains("stopping"));
                        return super.start(request);
                    }
                };
        interrupted.events = engine.events;
        Surroundings surroundings =
                new Surroundings(
                        InputStream.nullInputStream(),
                        new PrintStream(OutputStream.nullOutputStream(), false, UTF_8),
                        new PrintStream(said, true, UTF_8),
                        false,
                        CommandLineRun.CWD,
                        Map.of(),
                        () -> interrupted);

        new Cli(surroundings).run("run", "fix it");

        assertThat(interrupted.cancelled).containsExactly(FakeEngine.id(1));
    }

    @Test
    void eventsStartAfterTheNumberGiven() {
        ox("run", "-q", "fix it");

        List<String> lines = ox("events", "--json", "--since", "3").out().lines().toList();

        assertThat(lines)
                .extracting(line -> Json.tree(line).get("seq").intValue())
                .containsExactly(4, 5);
    }

    @Test
    void logsAreBytesFromAnOffset() {
        ox("run", "-q", "fix it");
        engine.log = "0123456789\u001b[31m\n".getBytes(UTF_8);

        assertThat(ox("logs", "--since", "5").out()).isEqualTo("56789\u001b[31m\n");
    }

    @Test
    void whatALogLeftOutIsRefusedAndTheRestIsNamed() {
        ox("run", "-q", "fix it");
        engine.log = "0123456789".getBytes(UTF_8);
        engine.logKeptFrom = 7;

        CommandLineRun refused = ox("logs", "--since", "5");

        assertThat(refused.exitCode()).isEqualTo(74);
        assertThat(refused.err()).contains("byte 5", "--since 7");
        assertThat(ox("logs", "--since", "7").out()).isEqualTo("789");
        assertThat(
                        Json.tree(ox("logs", "--since", "5", "--json").out())
                                .at("/error/code")
                                .stringValue())
                .isEqualTo("CURSOR_EXPIRED");
    }

    @Test
    void verboseShowsReasoningAndPhases() {
        engine.events =
                List.of(
                        new EngineEvent.RunPhase("sync_in"),
                        new AgentEvent.Reasoning("1", "thinking", false),
                        FakeEngine.ended());

        assertThat(ox("run", "x").out()).doesNotContain("thinking");
        assertThat(ox("run", "-v", "x").out()).contains("thinking", "phase sync_in");
    }
}
