package dev.oxbow.recording;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the events of a run add up to: counts, usage, the last message, commands that failed. Offer
 * every event once, in order. Not safe for concurrent use.
 */
public final class RunTally {
    private static final int MOST_FAILED = 20;
    private static final int MOST_WARNINGS = 100;

    private final Map<String, String> openCommands = new LinkedHashMap<>();
    private final List<FailedCommand> failed = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Set<String> refused = new LinkedHashSet<>();
    private Optional<AgentEvent.Usage> usage = Optional.empty();
    private Optional<String> lastMessage = Optional.empty();
    private Optional<String> sessionId = Optional.empty();
    private Optional<String> model = Optional.empty();
    private Optional<String> version = Optional.empty();
    private Optional<EngineEvent.RunStarted> started = Optional.empty();
    private int commands;
    private int commandsFailed;
    private int toolsDeclined;
    private int retries;
    private int unknown;

    /** A command of the agent that did not succeed. */
    public record FailedCommand(String command, OptionalInt exitCode) {}

    /** Counts one event. */
    public void accept(Event event) {
        switch (event) {
            case AgentEvent.AgentSession session -> {
                sessionId = Optional.of(session.nativeSessionId());
                model = session.model().or(() -> model);
                version = session.agentVersion().or(() -> version);
            }
            case AgentEvent.Message message
                    when message.role() == AgentEvent.Role.ASSISTANT
                            && message.parentCallId().isEmpty() ->
                    lastMessage = Optional.of(message.text());
            case AgentEvent.ToolStarted started
                    when started.kind() == AgentEvent.ToolKind.COMMAND -> {
                commands++;
                openCommands.put(started.callId(), started.command().orElse(started.title()));
            }
            case AgentEvent.ToolCompleted completed -> completed(completed);
            case AgentEvent.Usage reported when reported.scope() == AgentEvent.UsageScope.RUN ->
                    usage = Optional.of(reported);
            case AgentEvent.Retrying _ -> retries++;
            case AgentEvent.Notice notice when notice.level() != AgentEvent.Level.INFO ->
                    warn(notice.message());
            case AgentEvent.RunCompleted completed -> {
                usage = Optional.of(completed.usage());
                lastMessage =
                        Optional.of(completed.text())
                                .filter(t -> !t.isEmpty())
                                .or(() -> lastMessage);
            }
            case AgentEvent.RunError error -> usage = error.usage().or(() -> usage);
            case AgentEvent.Unknown _ -> unknown++;
            case EngineEvent.RunStarted begun -> started = Optional.of(begun);
            case EngineEvent.SyncWarning warning ->
                    warn(
                            warning.path()
                                    .map(path -> path + ": " + warning.message())
                                    .orElse(warning.message()));
            case EngineEvent.EgressDenied denied -> {
                if (refused.size() < MOST_WARNINGS) {
                    refused.add(
                            denied.host()
                                    + ":"
                                    + denied.port()
                                    + denied.ruleToAdd()
                                            .map(rule -> " (allow it with --network " + rule + ")")
                                            .orElse(""));
                }
            }
            case EngineEvent.Gap gap ->
                    warn(
                            "part of %s is missing, from %d to %d"
                                    .formatted(gap.stream(), gap.from(), gap.to()));
            default -> {}
        }
    }

    private void completed(AgentEvent.ToolCompleted completed) {
        if (completed.status() == AgentEvent.ToolStatus.DECLINED) {
            toolsDeclined++;
        }
        String command = openCommands.get(completed.callId());
        if (command == null || completed.status() == AgentEvent.ToolStatus.ABORTED) {
            // What was aborted stays open: it was started and never completed.
            return;
        }
        openCommands.remove(completed.callId());
        boolean exitedBadly = completed.exitCode().orElse(0) != 0;
        if (completed.status() == AgentEvent.ToolStatus.FAILED || exitedBadly) {
            commandsFailed++;
            if (failed.size() < MOST_FAILED) {
                failed.add(new FailedCommand(command, completed.exitCode()));
            }
        }
    }

    private void warn(String message) {
        if (warnings.size() < MOST_WARNINGS) {
            warnings.add(message);
        }
    }

    /** The last thing the agent said, if it said anything. */
    public Optional<String> lastMessage() {
        return lastMessage.filter(text -> !text.isEmpty());
    }

    /** The agent's own name of its session. */
    public Optional<String> sessionId() {
        return sessionId;
    }

    /** The model that the agent says it used. */
    public Optional<String> model() {
        return model;
    }

    /** How the agent was started, if it was. */
    public Optional<EngineEvent.RunStarted> started() {
        return started;
    }

    /** The version that the agent says it has. */
    public Optional<String> agentVersion() {
        return version;
    }

    /** Commands that failed, the first 20. */
    public List<FailedCommand> failedCommands() {
        return List.copyOf(failed);
    }

    /** Commands that were started and never completed. */
    public List<String> unfinishedCommands() {
        return List.copyOf(openCommands.values());
    }

    /** What the user should know, the first 100. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Where the egress policy let nobody go and what would allow it, each once, the first 100. */
    public List<String> refusedConnections() {
        return List.copyOf(refused);
    }

    /** How often things happened. */
    public ExitReport.Counts counts() {
        return new ExitReport.Counts(
                commands, commandsFailed, openCommands.size(), toolsDeclined, retries, unknown);
    }

    /** Tokens of the whole run, as far as they were reported. */
    public ExitReport.Usage usage() {
        return usage.map(u ->
                        new ExitReport.Usage(
                                OptionalLong.of(u.inputTokens()),
                                OptionalLong.of(u.cachedInputTokens()),
                                OptionalLong.of(u.cacheWriteTokens()),
                                OptionalLong.of(u.outputTokens()),
                                OptionalLong.of(u.reasoningTokens()),
                                u.costUsd()))
                .orElse(ExitReport.Usage.UNKNOWN);
    }
}
