package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.EventEnvelope;
import java.util.List;
import java.util.Optional;

/** The run on one page, made from its stored facts alone. */
final class Summary {
    private static final int MOST_LINES = 20;

    private Summary() {}

    static String of(
            RunView run, RunOutcome outcome, List<EventEnvelope> events, Optional<String> said) {
        StringBuilder out = new StringBuilder();
        out.append("# ").append(outcome.outcome().wire());
        outcome.reason().ifPresent(reason -> out.append(" (").append(reason).append(')'));
        out.append("\n\n").append(outcome.message()).append("\n\n");
        out.append("| | |\n|---|---|\n");
        row(out, "Run", run.id().value());
        row(out, "Prompt", run.prompt().lines().findFirst().orElse(""));
        row(out, "Agent", run.agent() + run.agentVersion().map(v -> " " + v).orElse(""));
        run.model().ifPresent(model -> row(out, "Model", model));
        row(out, "Worktree", run.worktree().toString());
        run.sandbox().ifPresent(sandbox -> row(out, "Sandbox", run.provider() + " " + sandbox));
        usage(events).ifPresent(usage -> row(out, "Tokens", tokens(usage)));
        row(
                out,
                "Files",
                outcome.filesChanged()
                        + " changed, "
                        + outcome.filesDeleted()
                        + " deleted, "
                        + (outcome.applied() ? "applied" : "not applied"));
        run.sessionId().ifPresent(session -> row(out, "Session", session));
        list(out, "Conflicts", outcome.conflicts());
        list(out, "Failed commands", failedCommands(events));
        list(out, "Refused connections", refused(events));
        said.ifPresent(text -> out.append("\n## Last message\n\n").append(text).append('\n'));
        run.sessionId().ifPresent(session -> out.append("\nContinue: `ox run --continue \"…\"`\n"));
        return out.toString();
    }

    private static void row(StringBuilder out, String name, String value) {
        out.append("| ").append(name).append(" | ");
        out.append(value.replace("|", "\\|")).append(" |\n");
    }

    private static void list(StringBuilder out, String title, List<String> items) {
        if (items.isEmpty()) {
            return;
        }
        out.append("\n## ").append(title).append("\n\n");
        items.stream().limit(MOST_LINES).forEach(i -> out.append("- `").append(i).append("`\n"));
        if (items.size() > MOST_LINES) {
            out.append("- and ").append(items.size() - MOST_LINES).append(" more\n");
        }
    }

    private static List<String> failedCommands(List<EventEnvelope> events) {
        return events.stream()
                .map(EventEnvelope::event)
                .filter(e ->
                        e instanceof AgentEvent.ToolCompleted t
                                && t.status() == AgentEvent.ToolStatus.FAILED)
                .map(e -> (AgentEvent.ToolCompleted) e)
                .map(failed -> command(events, failed))
                .toList();
    }

    private static String command(List<EventEnvelope> events, AgentEvent.ToolCompleted failed) {
        String code = failed.exitCode().isPresent() ? " → " + failed.exitCode().getAsInt() : "";
        return events.stream()
                        .map(EventEnvelope::event)
                        .filter(e ->
                                e instanceof AgentEvent.ToolStarted s
                                        && s.callId().equals(failed.callId()))
                        .map(e -> (AgentEvent.ToolStarted) e)
                        .map(s -> s.command().orElse(s.title()))
                        .findFirst()
                        .orElse(failed.callId())
                + code;
    }

    private static List<String> refused(List<EventEnvelope> events) {
        return events.stream()
                .map(EventEnvelope::event)
                .filter(e -> e instanceof EngineEvent.EgressDenied)
                .map(e -> (EngineEvent.EgressDenied) e)
                .map(e -> e.host() + ":" + e.port())
                .distinct()
                .toList();
    }

    /** What the whole run used, as far as the agent said. */
    static Optional<AgentEvent.Usage> usage(List<EventEnvelope> events) {
        return events.reversed().stream()
                .map(EventEnvelope::event)
                .flatMap(e ->
                        switch (e) {
                            case AgentEvent.RunCompleted done ->
                                    java.util.stream.Stream.of(done.usage());
                            case AgentEvent.RunError error -> error.usage().stream();
                            default -> java.util.stream.Stream.empty();
                        })
                .findFirst();
    }

    private static String tokens(AgentEvent.Usage usage) {
        return usage.inputTokens()
                + " in ("
                + usage.cachedInputTokens()
                + " cached), "
                + usage.outputTokens()
                + " out"
                + usage.costUsd().map(cost -> ", $" + cost).orElse("");
    }
}
