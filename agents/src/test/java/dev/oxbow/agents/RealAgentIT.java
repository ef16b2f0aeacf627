package dev.oxbow.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.AgentEvent.Reason;
import dev.oxbow.agents.AgentEvent.RunCompleted;
import dev.oxbow.agents.AgentEvent.RunError;
import dev.oxbow.agents.AgentEvent.ToolCompleted;
import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.base.Deadline;
import dev.oxbow.testing.ModelServer;
import dev.oxbow.testing.Protocol;
import dev.oxbow.testing.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real agents against the scripted model, each reached through a proxy only, in a repository
 * that tries to take them over.
 */
final class RealAgentIT {
    private static final String KEY = "sk-test-0123456789abcdef";

    private Path base;
    private Path workspace;
    private Path home;
    private LoopbackProxy proxy;
    private int runs;

    @BeforeEach
    void prepare() throws IOException {
        // Not below /tmp: Codex refuses to work from there.
        Path target = Path.of("target").toAbsolutePath();
        base = Files.createTempDirectory(target, "live-");
        workspace = Files.createDirectory(base.resolve("workspace"));
        home = Files.createDirectory(base.resolve("home"));
        proxy = new LoopbackProxy();
        HostileRepository.plant(workspace, base);
    }

    @AfterEach
    void cleanUp() throws IOException {
        proxy.close();
        HostileRepository.assertHarmless(base);
    }

    @ParameterizedTest
    @EnumSource(value = AgentName.class, names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void editsRunsFailsAndResumes(AgentName name) throws Exception {
        Script script =
                Script.builder()
                        .when(
                                "first task",
                                s ->
                                        s.write("edited.txt", "one\n")
                                                .run("echo ran > ran.txt; echo to-see")
                                                .run("echo bad-luck; exit 3")
                                                .say("All done."))
                        .when("second task", s -> s.say("Still here."))
                        .build();
        try (ModelServer model = ModelServer.start(script, KEY)) {
            LiveRun.Result first =
                    run(name, model, "do the first task", Optional.empty(), Optional.empty());
            assertThat(first.last()).as(first.toString()).isInstanceOf(RunCompleted.class);
            RunCompleted end = (RunCompleted) first.last();
            assertThat(end.text()).isEqualTo("All done.");
            assertThat(end.toolsFailed()).as(first.toString()).isEqualTo(1);
            assertThat(end.usage().inputTokens()).isPositive();
            assertThat(workspace.resolve("edited.txt")).hasContent("one\n");
            assertThat(workspace.resolve("ran.txt")).hasContent("ran\n");
            assertThat(first.of(ToolStarted.class))
                    .as(first.toString())
                    .anyMatch(t -> t.kind() == ToolKind.EDIT && t.paths().contains("edited.txt"))
                    .anyMatch(t ->
                            t.kind() == ToolKind.COMMAND
                                    && t.command().orElse("").equals("echo bad-luck; exit 3"));
            assertThat(first.of(ToolCompleted.class))
                    .anyMatch(t -> t.output().orElse("").contains("to-see"))
                    // Gemini's stream leaves out the exit code of a command that printed something.
                    .anyMatch(t ->
                            name == AgentName.GEMINI
                                    || (t.status() == ToolStatus.FAILED
                                            && t.exitCode().orElse(0) == 3));
            assertThat(first.decoder().counts().unknown()).as(first.toString()).isZero();
            String session = first.decoder().sessionId().orElseThrow();
            assertThat(proxy.asked()).anyMatch(line -> line.contains("127.0.0.1:" + model.port()));
            assertThat(model.requests()).allMatch(r -> r.protocol().isEmpty() || r.hasKey(KEY));

            LiveRun.Result second =
                    run(
                            name,
                            model,
                            "do the second task",
                            Optional.of(session),
                            first.decoder().totals());
            assertThat(second.last()).as(second.toString()).isInstanceOf(RunCompleted.class);
            assertThat(((RunCompleted) second.last()).text()).isEqualTo("Still here.");
            assertThat(second.decoder().sessionId()).contains(session);
            assertThat(model.requests())
                    .anyMatch(r ->
                            r.body().contains("do the second task")
                                    && r.body().contains("do the first task")
                                    && r.body().contains("All done."));
            // One request against four: what the session used before is not counted again.
            assertThat(((RunCompleted) second.last()).usage().inputTokens())
                    .isLessThan(end.usage().inputTokens());
        }
    }

    @ParameterizedTest
    @EnumSource(value = AgentName.class, names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void saysThatTheKeyWasRefused(AgentName name) throws Exception {
        try (ModelServer model = ModelServer.start(Script.always(s -> s.say("x")), "other-key")) {
            LiveRun.Result run = run(name, model, "hello", Optional.empty(), Optional.empty());
            assertThat(run.last()).as(run.toString()).isInstanceOf(RunError.class);
            assertThat(((RunError) run.last()).reason()).as(run.toString()).isEqualTo(Reason.AUTH);
            assertThat(run.exitCode()).isEqualTo(name == AgentName.GEMINI ? 145 : 1);
            assertThat(run.toString()).doesNotContain(KEY);
        }
    }

    @ParameterizedTest
    @EnumSource(value = AgentName.class, names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void saysThatTheSessionIsNotThere(AgentName name) throws Exception {
        String session =
                name == AgentName.OPENCODE
                        ? "ses_e03b8c865ffey3V99fjT1wPJOC"
                        : "11111111-2222-4333-8444-555555555555";
        try (ModelServer model = ModelServer.start(Script.always(s -> s.say("x")))) {
            LiveRun.Result run = run(name, model, "hello", Optional.of(session), Optional.empty());
            assertThat(run.last()).as(run.toString()).isInstanceOf(RunError.class);
            assertThat(((RunError) run.last()).reason())
                    .as(run.toString())
                    .isEqualTo(Reason.ARGUMENTS);
            assertThat(run.exitCode()).isEqualTo(name == AgentName.GEMINI ? 42 : 1);
        }
    }

    @ParameterizedTest
    @EnumSource(value = AgentName.class, names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void endsWhenItIsStopped(AgentName name) throws Exception {
        Script script = Script.always(s -> s.hang(Duration.ofSeconds(60)).say("late"));
        try (ModelServer model = ModelServer.start(script)) {
            LiveRun run = start(name, model, "wait", Optional.empty(), Optional.empty());
            assertThat(
                            model.await(
                                    r -> r.body().contains("wait"),
                                    Deadline.in(Duration.ofSeconds(60))))
                    .isPresent();
            run.terminate();
            LiveRun.Result result = run.await(ProcessEnd.Cause.CANCELLED);
            assertThat(((RunError) result.last()).reason()).isEqualTo(Reason.CANCELLED);
            assertThat(result.exitCode())
                    .as(result.toString())
                    .isEqualTo(name == AgentName.GEMINI ? 0 : 143);
        }
    }

    private LiveRun.Result run(
            AgentName name,
            ModelServer model,
            String prompt,
            Optional<String> session,
            Optional<SessionTotals> totals)
            throws Exception {
        return start(name, model, prompt, session, totals).await(ProcessEnd.Cause.EXITED);
    }

    private LiveRun start(
            AgentName name,
            ModelServer model,
            String prompt,
            Optional<String> session,
            Optional<SessionTotals> totals)
            throws Exception {
        InstalledAgent agent = RealAgents.installed(name);
        AgentAdapter adapter = AgentAdapter.of(name);
        LaunchRequest request =
                LaunchRequest.of(RealAgents.entryHere(agent), prompt)
                        .withDirectories(workspace.toString(), home.toString())
                        .withModelUrl(model.baseUrl(protocol(name)))
                        .withModel("stand-in")
                        .withKeyEnv("ANY")
                        .withProxy(proxy.url());
        if (session.isPresent()) {
            request = request.withResumeSession(session.get());
        }
        DecoderContext context =
                new DecoderContext(
                        workspace.toString(),
                        home.toString(),
                        session,
                        totals,
                        List.of(),
                        List.of());
        Launch launch = adapter.launch(request);
        HostileRepository.withoutRefused(workspace, launch.repositoryCode());
        return LiveRun.start(
                launch, adapter.decoder(context), workspace, base.resolve("run-" + ++runs), KEY);
    }

    private static Protocol protocol(AgentName name) {
        return switch (name) {
            case CODEX -> Protocol.OPENAI_RESPONSES;
            case OPENCODE -> Protocol.OPENAI_CHAT;
            case CLAUDE_CODE -> Protocol.ANTHROPIC_MESSAGES;
            case GEMINI -> Protocol.GEMINI;
            case COMMAND -> throw new IllegalArgumentException();
        };
    }
}
