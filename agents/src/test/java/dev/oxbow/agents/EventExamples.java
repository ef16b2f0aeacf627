package dev.oxbow.agents;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Json;
import dev.oxbow.base.SandboxId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** One full example of every event, and a bare one where fields are optional. */
final class EventExamples {
    private static final CheckpointId CHECKPOINT =
            new CheckpointId("cpt_01jqzk3v5x7e4r8t2m6n9p0abf");
    private static final SandboxId SANDBOX = new SandboxId("sbx_01jqzk3v5x7e4r8t2m6n9p0abe");

    private EventExamples() {}

    static List<Event> all() {
        AgentEvent.Usage usage =
                new AgentEvent.Usage(
                        AgentEvent.UsageScope.RUN,
                        100,
                        20,
                        5,
                        10,
                        2,
                        Optional.of(0.25),
                        OptionalLong.of(1000),
                        OptionalLong.of(200000));
        return List.of(
                new AgentEvent.AgentSession(
                        "01a1",
                        true,
                        Optional.of("/workspace"),
                        Optional.of("m"),
                        Optional.of("1.0"),
                        List.of("bash")),
                new AgentEvent.AgentSession(
                        "01a1",
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()),
                new AgentEvent.MessageDelta("i1", "ab"),
                new AgentEvent.Message(
                        "i1",
                        AgentEvent.Role.ASSISTANT,
                        "abc \"quoted\" ü",
                        Optional.of("c0"),
                        Optional.of(true)),
                AgentEvent.Message.of("i2", AgentEvent.Role.USER, "hello"),
                new AgentEvent.Reasoning("i3", "thinking", true),
                new AgentEvent.ToolStarted(
                        "c1",
                        Optional.of("c0"),
                        AgentEvent.ToolKind.MCP,
                        "ping",
                        Optional.of("oxbow"),
                        "ping",
                        Json.tree("{\"text\":\"x\"}"),
                        Optional.of("ls"),
                        List.of("a.txt")),
                new AgentEvent.ToolStarted(
                        "c2",
                        Optional.empty(),
                        AgentEvent.ToolKind.COMMAND,
                        "shell",
                        Optional.empty(),
                        "ls",
                        Json.tree("{}"),
                        Optional.empty(),
                        List.of()),
                new AgentEvent.ToolOutput("c1", AgentEvent.OutputMode.REPLACE, "out"),
                new AgentEvent.ToolCompleted(
                        "c1",
                        AgentEvent.ToolStatus.FAILED,
                        OptionalInt.of(3),
                        Optional.of("out"),
                        true,
                        Optional.of("why"),
                        List.of(new AgentEvent.FileChange("a.txt", AgentEvent.ChangeKind.MOVE)),
                        OptionalLong.of(12)),
                new AgentEvent.ToolCompleted(
                        "c2",
                        AgentEvent.ToolStatus.ABORTED,
                        OptionalInt.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        List.of(),
                        OptionalLong.empty()),
                new AgentEvent.Plan(
                        List.of(
                                new AgentEvent.PlanEntry(
                                        "step", AgentEvent.PlanStatus.IN_PROGRESS))),
                new AgentEvent.PermissionAsked(
                        "q1",
                        Optional.of("c1"),
                        "command",
                        "run it?",
                        "rm x",
                        List.of(
                                new AgentEvent.PermissionOption(
                                        "y", AgentEvent.OptionKind.ALLOW_ONCE, "Yes"))),
                new AgentEvent.PermissionAnswered(
                        "q1", "y", AgentEvent.Answerer.POLICY, Optional.of("rule 3")),
                new AgentEvent.InputAsked(
                        "q2",
                        List.of(new AgentEvent.Question("a", "Which?", List.of("x", "y"), false))),
                new AgentEvent.InputAnswered("q2", Json.tree("{\"a\":[\"x\"]}")),
                usage,
                AgentEvent.Usage.NONE,
                new AgentEvent.Retrying(
                        2,
                        OptionalInt.of(5),
                        OptionalLong.of(2000),
                        OptionalInt.of(503),
                        "Reconnecting"),
                new AgentEvent.Notice(AgentEvent.Level.WARNING, "slow"),
                new AgentEvent.RunCompleted(
                        "stop",
                        "done",
                        usage,
                        1,
                        2,
                        3,
                        4500,
                        Optional.empty(),
                        OptionalInt.empty()),
                new AgentEvent.RunCompleted(
                                "stop",
                                "done",
                                AgentEvent.Usage.NONE,
                                0,
                                0,
                                0,
                                4500,
                                Optional.empty(),
                                OptionalInt.empty())
                        .ended(Outcome.CONFLICT, 73, Duration.ofMillis(4600)),
                new AgentEvent.RunError(
                        AgentEvent.Reason.RATE_LIMITED,
                        "too many",
                        OptionalInt.of(429),
                        OptionalInt.of(1),
                        OptionalInt.of(9),
                        Optional.of(usage),
                        Optional.of(Outcome.TURN_FAILED),
                        OptionalInt.of(1)),
                AgentEvent.RunError.of(AgentEvent.Reason.NO_TERMINAL_EVENT, "it just ended"),
                AgentEvent.Unknown.ofNative("item.new"),
                new EngineEvent.RunQueued(2),
                new EngineEvent.RunStarted(
                        "codex", "0.169.0", Optional.of("m"), "namespace", Optional.of("01a1")),
                new EngineEvent.RunPhase("sync_in"),
                new EngineEvent.SandboxCreated(SANDBOX, "local", "namespace", 12),
                new EngineEvent.SandboxReused(SANDBOX, "local", "namespace"),
                new EngineEvent.SandboxStarted(SANDBOX, 10),
                new EngineEvent.SandboxRecreated(SANDBOX, Optional.of(SANDBOX), "gone"),
                new EngineEvent.SandboxLimits(
                        SANDBOX, List.of(new EngineEvent.Limit("memory", true, "cgroup v1"))),
                new EngineEvent.SandboxStopped(SANDBOX, "idle"),
                new EngineEvent.SandboxDestroyed(SANDBOX, "--rm"),
                new EngineEvent.AgentInstalling("codex", "0.169.0", "npm install"),
                new EngineEvent.AgentInstalled("codex", "0.169.0", 4000),
                new EngineEvent.SyncStarted(EngineEvent.Direction.IN),
                new EngineEvent.SyncProgress(
                        EngineEvent.Direction.IN,
                        10,
                        OptionalLong.of(20),
                        1000,
                        OptionalLong.of(2000)),
                new EngineEvent.SyncCompleted(EngineEvent.Direction.OUT, 1, 0, 100, 7),
                new EngineEvent.SyncConflict("a.txt", "both_changed", Optional.of("local")),
                new EngineEvent.SyncWarning("unreadable", Optional.of("b"), "left out"),
                new EngineEvent.EgressAllowed(
                        "api.example.com",
                        443,
                        Optional.of("CONNECT"),
                        Optional.of("model"),
                        Optional.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalInt.empty()),
                new EngineEvent.EgressDenied(
                        "evil.example.com",
                        80,
                        Optional.of("GET"),
                        Optional.of("default"),
                        "not on the list",
                        Optional.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalInt.empty(),
                        Optional.empty()),
                new EngineEvent.ProcessReaped(2),
                new EngineEvent.Gap("stdout", 100, 200),
                new EngineEvent.EgressAllowed(
                        "127.0.0.1",
                        8080,
                        Optional.of("POST"),
                        Optional.of("127.0.0.1:8080"),
                        Optional.of("/v1/responses"),
                        OptionalLong.of(1200),
                        OptionalLong.of(34000),
                        OptionalInt.of(200)),
                new EngineEvent.EgressDenied(
                        "evil.example.com",
                        443,
                        Optional.of("CONNECT"),
                        Optional.empty(),
                        "no rule names it",
                        Optional.empty(),
                        OptionalLong.of(180),
                        OptionalLong.of(90),
                        OptionalInt.of(403),
                        Optional.of("evil.example.com")),
                new EngineEvent.SyncWatched(2, 1, 300, 12, List.of("a.txt"), 1),
                new EngineEvent.SandboxPaused(SANDBOX, "idle 5 min"),
                new EngineEvent.SandboxResumed(SANDBOX, 3),
                new EngineEvent.SandboxIdleWarning(SANDBOX, "idle 24 h; destroyed in 2 h"),
                new EngineEvent.ZombieDestroyed(
                        SANDBOX, "idle 26 h; work archived as /a", Optional.of("/a")),
                new EngineEvent.SandboxForked(SANDBOX, CHECKPOINT),
                new EngineEvent.SandboxCheckpoint(SANDBOX, CHECKPOINT, "after turn 2 of run_x"));
    }
}
