package dev.oxbow.recording;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.Event;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.agents.Outcome;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.node.JsonNodeFactory;

/** Runs, events and reports that the tests share. */
final class Samples {
    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    static final Clock CLOCK = Clock.fixed(START, ZoneOffset.UTC);
    static final RunId RUN = new RunId("run_01k2m0000000000000000000aa");
    static final ThreadId THREAD = new ThreadId("thr_01k2m0000000000000000000bb");
    static final SandboxId SANDBOX = new SandboxId("sbx_01k2m0000000000000000000cc");

    private Samples() {}

    static EventEnvelope event(long seq, Event event) {
        return new EventEnvelope(seq, START, THREAD, RUN, "codex", event, Optional.empty());
    }

    static Event message(String text) {
        return AgentEvent.Message.of("m1", AgentEvent.Role.ASSISTANT, text);
    }

    static Event command(String callId, String command) {
        return new AgentEvent.ToolStarted(
                callId,
                Optional.empty(),
                AgentEvent.ToolKind.COMMAND,
                "shell",
                Optional.empty(),
                command,
                JsonNodeFactory.instance.objectNode(),
                Optional.of(command),
                List.of());
    }

    static Event completed(String callId, AgentEvent.ToolStatus status, int exitCode) {
        return new AgentEvent.ToolCompleted(
                callId,
                status,
                OptionalInt.of(exitCode),
                Optional.empty(),
                false,
                Optional.empty(),
                List.of(),
                OptionalLong.empty());
    }

    static ExitReportBuilder report(Outcome outcome) {
        return ExitReport.of(RUN, outcome, outcome.exitCode())
                .message("the tests pass")
                .time(START, START.plusSeconds(75))
                .phase("sync_in", Duration.ofMillis(40))
                .phase("agent_running", Duration.ofSeconds(70))
                .agent(
                        new ExitReport.Agent(
                                "codex",
                                Optional.of("0.169.0"),
                                Optional.of("gpt-5"),
                                Optional.of("exec"),
                                Optional.of(List.of("codex", "exec", "--json")),
                                OptionalInt.of(0),
                                OptionalInt.empty(),
                                Optional.of("0199-abc"),
                                Optional.of("turn.completed")))
                .thread(THREAD)
                .sandbox(Optional.of(SANDBOX))
                .policy("sandboxed")
                .files(2, 1, List.of());
    }
}
