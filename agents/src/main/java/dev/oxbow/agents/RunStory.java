package dev.oxbow.agents;

import dev.oxbow.agents.AgentEvent.AgentSession;
import dev.oxbow.agents.AgentEvent.Message;
import dev.oxbow.agents.AgentEvent.Reason;
import dev.oxbow.agents.AgentEvent.RunCompleted;
import dev.oxbow.agents.AgentEvent.RunError;
import dev.oxbow.agents.AgentEvent.ToolCompleted;
import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.agents.AgentEvent.Usage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Collects a run's events and keeps what must hold for all of them: one session, each tool started
 * once and completed once, nothing after the end.
 */
final class RunStory {
    private static final Verdict.Failed STOPPED =
            because(Reason.NO_TERMINAL_EVENT, "stopped before it finished");

    private final List<Decoded> pending = new ArrayList<>();
    private final Map<String, ToolStarted> open = new LinkedHashMap<>();
    private final Set<String> closed = new HashSet<>();
    private @Nullable JsonNode original;
    private @Nullable String sessionId;
    private String lastSaid = "";
    private int failed;
    private int declined;
    private int aborted;
    private boolean over;

    /** The line that the next events come from. */
    void reading(@Nullable JsonNode line) {
        original = line;
    }

    int size() {
        return pending.size();
    }

    List<Decoded> take() {
        List<Decoded> events = List.copyOf(pending);
        pending.clear();
        return events;
    }

    void add(AgentEvent event) {
        if (over) {
            return;
        }
        if (event instanceof Message message
                && message.role() == AgentEvent.Role.ASSISTANT
                && message.parentCallId().isEmpty()) {
            lastSaid = message.text();
        }
        pending.add(new Decoded(event, Optional.ofNullable(original)));
    }

    /** Tells of the session the first time it is seen. */
    void session(AgentSession session) {
        if (sessionId == null && !session.nativeSessionId().isEmpty()) {
            sessionId = session.nativeSessionId();
            add(session);
        }
    }

    Optional<String> sessionId() {
        return Optional.ofNullable(sessionId);
    }

    void start(ToolStarted tool) {
        if (!closed.contains(tool.callId()) && open.putIfAbsent(tool.callId(), tool) == null) {
            add(tool);
        }
    }

    /** Completes a tool; one that never started gets a start first. */
    void complete(ToolCompleted tool) {
        if (!closed.add(tool.callId())) {
            return;
        }
        if (open.remove(tool.callId()) == null) {
            add(unseen(tool.callId()));
        }
        switch (tool.status()) {
            case OK -> {}
            case FAILED -> failed++;
            case DECLINED -> declined++;
            case ABORTED -> aborted++;
        }
        add(tool);
    }

    /** A tool that was told of as completed did fail. */
    void turnedOutFailed() {
        failed++;
    }

    Optional<ToolStarted> openTool(String callId) {
        return Optional.ofNullable(open.get(callId));
    }

    boolean isClosed(String callId) {
        return closed.contains(callId);
    }

    boolean anyOpen() {
        return !open.isEmpty();
    }

    boolean anyDeclined() {
        return declined > 0;
    }

    String lastSaid() {
        return lastSaid;
    }

    /** Closes what is open and adds the last event. */
    void end(ProcessEnd end, Verdict verdict, Optional<Usage> usage, String tail) {
        for (String callId : List.copyOf(open.keySet())) {
            complete(
                    new ToolCompleted(
                            callId,
                            ToolStatus.ABORTED,
                            OptionalInt.empty(),
                            Optional.empty(),
                            false,
                            Optional.of("the agent ended before the tool did"),
                            List.of(),
                            OptionalLong.empty()));
        }
        add(
                switch (verdict) {
                    case Verdict.Finished _ when stoppedByUs(end) ->
                            error(end, stopped(end, STOPPED, tail), usage);
                    case Verdict.Finished finished ->
                            new RunCompleted(
                                    finished.finishReason(),
                                    lastSaid,
                                    usage.orElse(Usage.NONE),
                                    failed,
                                    declined,
                                    aborted,
                                    end.ran().toMillis(),
                                    Optional.empty(),
                                    OptionalInt.empty());
                    case Verdict.Failed failure -> error(end, stopped(end, failure, tail), usage);
                });
        over = true;
    }

    /** Many a program answers TERM with exit 0; that is not the success it was started for. */
    private static boolean stoppedByUs(ProcessEnd end) {
        return switch (end.cause()) {
            case TIMEOUT_WALL, TIMEOUT_IDLE, CANCELLED -> true;
            case EXITED, LOST -> false;
        };
    }

    /** What ended the process outweighs what the agent had to say about it. */
    private static Verdict.Failed stopped(ProcessEnd end, Verdict.Failed own, String tail) {
        if (end.oomKilled()) {
            return because(Reason.OUT_OF_MEMORY, "the memory limit of the sandbox was reached");
        }
        return switch (end.cause()) {
            case TIMEOUT_WALL -> because(Reason.TIMEOUT, "the run's deadline came");
            case TIMEOUT_IDLE -> because(Reason.TIMEOUT, "the agent was silent for too long");
            case CANCELLED -> because(Reason.CANCELLED, "the run was cancelled");
            case LOST -> because(Reason.INTERRUPTED, "contact with the agent was lost");
            case EXITED ->
                    own.reason() == Reason.NO_TERMINAL_EVENT && crashed(end)
                            ? because(Reason.CRASHED, crash(end, tail))
                            : own;
        };
    }

    private static boolean crashed(ProcessEnd end) {
        return end.signal().isPresent() || end.exitCode().orElse(0) >= 128;
    }

    private static String crash(ProcessEnd end, String tail) {
        String how =
                end.signal().isPresent()
                        ? "the agent was ended by signal " + end.signal().getAsInt()
                        : "the agent crashed with exit code " + end.exitCode().orElse(-1);
        return tail.isEmpty() ? how : how + ": " + tail;
    }

    private static Verdict.Failed because(Reason reason, String message) {
        return new Verdict.Failed(reason, message, OptionalInt.empty());
    }

    private static RunError error(ProcessEnd end, Verdict.Failed why, Optional<Usage> usage) {
        return new RunError(
                why.reason(),
                Tail.clip(why.message(), 4000),
                why.httpStatus(),
                end.exitCode(),
                end.signal(),
                usage,
                Optional.empty(),
                OptionalInt.empty());
    }

    private static ToolStarted unseen(String callId) {
        return new ToolStarted(
                callId,
                Optional.empty(),
                ToolKind.OTHER,
                "unknown",
                Optional.empty(),
                "unknown",
                JsonNodeFactory.instance.objectNode(),
                Optional.empty(),
                List.of());
    }
}
