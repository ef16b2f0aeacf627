package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.Event;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Json;
import dev.oxbow.engine.Endings.Ending;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code exit.json}: the end of a run for programs. What is not known is null, never left out. */
final class ExitDocument {
    private ExitDocument() {}

    static JsonNode of(
            RunJournal journal,
            Ending ending,
            List<EventEnvelope> events,
            Map<String, byte[]> files) {
        RunRecord run = journal.run();
        RunProgress progress = journal.progress();
        RunOutcome outcome = ending.outcome();
        Instant ended = events.getLast().ts();
        Instant started = progress.startedAt().orElse(run.createdAt());
        ObjectNode doc = Json.mapper().createObjectNode();
        doc.put("schemaVersion", 1);
        doc.put("runId", run.id().value());
        doc.put("threadId", run.thread().value());
        doc.put("sandboxId", progress.sandbox().map(id -> id.value()).orElse(null));
        doc.put("outcome", outcome.outcome().wire());
        doc.put("reason", outcome.reason().orElse(null));
        doc.put("code", outcome.code().map(Enum::name).orElse(null));
        doc.put("message", journal.redaction().apply(outcome.message()));
        doc.put("exitCode", outcome.exitCode());
        doc.put("startedAt", started.toString());
        doc.put("endedAt", ended.toString());
        doc.put("durationMs", Math.max(0, ended.toEpochMilli() - started.toEpochMilli()));
        ObjectNode phases = doc.putObject("phases");
        progress.change().phase(RunPhase.DONE).done().phaseMillis().forEach(phases::put);
        agent(doc.putObject("agent"), journal, ending, events);
        repository(doc.putObject("repo"), journal, outcome);
        usage(doc.putObject("usage"), events);
        counts(doc.putObject("counts"), events, progress);
        doc.put("policy", "sandboxed");
        ObjectNode tier = doc.putObject("tier");
        tier.put("declared", run.request().tier().wire());
        tier.put("effective", started(events).map(EngineEvent.RunStarted::tier).orElse(null));
        tier.putNull("innerSandbox");
        tier.put("probe", progress.enforced().isEmpty() ? null : "ok");
        ObjectNode flags = doc.putObject("flags");
        flags.putArray("given");
        flags.putArray("effective");
        flags.putArray("translated");
        doc.put("filesChanged", outcome.filesChanged());
        doc.put("filesDeleted", outcome.filesDeleted());
        doc.set("conflicts", Json.mapper().valueToTree(outcome.conflicts()));
        doc.put("applied", outcome.applied());
        doc.put("partial", outcome.partial());
        ObjectNode artifacts = doc.putObject("artifacts");
        files.forEach((name, content) -> {
            ObjectNode file = artifacts.putObject(name);
            file.put("bytes", content.length);
            file.put("sha256", sha256(content));
        });
        return doc;
    }

    private static void agent(
            ObjectNode agent, RunJournal journal, Ending ending, List<EventEnvelope> events) {
        RunRequest request = journal.run().request();
        RunProgress progress = journal.progress();
        Optional<AgentEnd> end = progress.agentEnd();
        agent.put("name", request.agent());
        agent.put("version", progress.agentVersion().orElse(null));
        agent.put("model", request.model().or(() -> saidModel(events)).orElse(null));
        agent.put("mode", "exec");
        agent.set("argv", Json.mapper().valueToTree(Preparation.argv(request)));
        agent.put("exitCode", end.flatMap(AgentEnd::exitCode).orElse(null));
        agent.put("signal", end.flatMap(AgentEnd::signal).orElse(null));
        agent.put("sessionId", progress.sessionId().orElse(null));
        agent.put("terminalEvent", ending.last().type());
    }

    private static Optional<String> saidModel(List<EventEnvelope> events) {
        return events.stream()
                .map(EventEnvelope::event)
                .filter(e -> e instanceof AgentEvent.AgentSession)
                .flatMap(e -> ((AgentEvent.AgentSession) e).model().stream())
                .findFirst();
    }

    private static void repository(ObjectNode repo, RunJournal journal, RunOutcome outcome) {
        repo.putNull("url");
        repo.put("dir", journal.run().worktree().toString());
        repo.putNull("ref");
        repo.put("branch", journal.progress().branch().orElse(null));
        repo.put("shaBefore", journal.progress().commit().orElse(null));
        repo.putNull("shaAfter");
        repo.put("dirty", outcome.filesChanged() + outcome.filesDeleted() > 0);
        repo.put("filesChanged", outcome.filesChanged() + outcome.filesDeleted());
        repo.putNull("insertions");
        repo.putNull("deletions");
    }

    private static void usage(ObjectNode out, List<EventEnvelope> events) {
        Optional<AgentEvent.Usage> usage = Summary.usage(events);
        out.put("inputTokens", usage.map(AgentEvent.Usage::inputTokens).orElse(null));
        out.put("cachedInputTokens", usage.map(AgentEvent.Usage::cachedInputTokens).orElse(null));
        out.put("cacheWriteTokens", usage.map(AgentEvent.Usage::cacheWriteTokens).orElse(null));
        out.put("outputTokens", usage.map(AgentEvent.Usage::outputTokens).orElse(null));
        out.put("reasoningTokens", usage.map(AgentEvent.Usage::reasoningTokens).orElse(null));
        out.put("costUsd", usage.flatMap(AgentEvent.Usage::costUsd).orElse(null));
    }

    private static void counts(
            ObjectNode counts, List<EventEnvelope> events, RunProgress progress) {
        counts.put(
                "commands",
                count(
                        events,
                        e ->
                                e instanceof AgentEvent.ToolStarted t
                                        && t.kind() == AgentEvent.ToolKind.COMMAND));
        counts.put("commandsFailed", tools(events, AgentEvent.ToolStatus.FAILED));
        counts.put("commandsUnfinished", tools(events, AgentEvent.ToolStatus.ABORTED));
        counts.put("toolsDeclined", tools(events, AgentEvent.ToolStatus.DECLINED));
        counts.put("retries", count(events, e -> e instanceof AgentEvent.Retrying));
        counts.put("unknownEvents", progress.agentEnd().map(AgentEnd::unknownEvents).orElse(0L));
    }

    private static long tools(List<EventEnvelope> events, AgentEvent.ToolStatus status) {
        return count(events, e -> e instanceof AgentEvent.ToolCompleted t && t.status() == status);
    }

    private static long count(List<EventEnvelope> events, Predicate<Event> wanted) {
        return events.stream().map(EventEnvelope::event).filter(wanted).count();
    }

    private static Optional<EngineEvent.RunStarted> started(List<EventEnvelope> events) {
        return events.stream()
                .map(EventEnvelope::event)
                .filter(e -> e instanceof EngineEvent.RunStarted)
                .map(e -> (EngineEvent.RunStarted) e)
                .findFirst();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
