package dev.oxbow.agents;

import static dev.oxbow.agents.ToolCalls.number;
import static dev.oxbow.agents.ToolCalls.text;

import dev.oxbow.agents.AgentEvent.ChangeKind;
import dev.oxbow.agents.AgentEvent.FileChange;
import dev.oxbow.agents.AgentEvent.Level;
import dev.oxbow.agents.AgentEvent.Message;
import dev.oxbow.agents.AgentEvent.Notice;
import dev.oxbow.agents.AgentEvent.OutputMode;
import dev.oxbow.agents.AgentEvent.Plan;
import dev.oxbow.agents.AgentEvent.PlanEntry;
import dev.oxbow.agents.AgentEvent.PlanStatus;
import dev.oxbow.agents.AgentEvent.Reason;
import dev.oxbow.agents.AgentEvent.Reasoning;
import dev.oxbow.agents.AgentEvent.Retrying;
import dev.oxbow.agents.AgentEvent.Role;
import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.AgentEvent.ToolOutput;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.agents.AgentEvent.Usage;
import dev.oxbow.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code codex exec --json}. */
final class CodexDecoder extends JsonLineDecoder {
    private static final Pattern ATTEMPT = Pattern.compile("Reconnecting\\.\\.\\. (\\d+)/(\\d+)");

    private final CodexRollout rollout = new CodexRollout();
    private @Nullable SessionTotals totals;
    private @Nullable Verdict terminal;
    private int reconnects;

    CodexDecoder(DecoderContext context) {
        super(context);
    }

    @Override
    void read(ObjectNode line) {
        String type = super.kind(line);
        switch (type) {
            case "thread.started" -> session(line.path("thread_id").asString(""));
            case "turn.started" -> quiet();
            case "turn.completed" -> {
                totals = totals(line.path("usage"));
                terminal = new Verdict.Finished("turn.completed");
                usage().ifPresent(story::add);
            }
            case "turn.failed" -> {
                terminal = Verdict.failed(line.path("error").path("message").asString(""));
                quiet();
            }
            case "error" -> error(line.path("message").asString(""));
            case "item.started", "item.updated", "item.completed" -> item(type, line.path("item"));
            default -> {}
        }
    }

    @Override
    String kind(ObjectNode line) {
        String type = super.kind(line);
        String item = line.path("item").path("type").asString("");
        return item.isEmpty() ? type : type + "/" + item;
    }

    /** That a model is not in Codex's own list says nothing about the run. */
    private static Notice notice(String message) {
        return new Notice(
                message.startsWith("Model metadata for ") ? Level.INFO : Level.WARNING, message);
    }

    private void error(String message) {
        if (!message.startsWith("Reconnecting")) {
            story.add(new Notice(Level.ERROR, message));
            return;
        }
        reconnects++;
        Matcher attempt = ATTEMPT.matcher(message);
        boolean counted = attempt.find();
        story.add(
                new Retrying(
                        counted ? Integer.parseInt(attempt.group(1)) : reconnects,
                        counted
                                ? OptionalInt.of(Integer.parseInt(attempt.group(2)))
                                : OptionalInt.empty(),
                        OptionalLong.empty(),
                        FailureText.status(message),
                        message));
    }

    private void item(String phase, JsonNode item) {
        String id = item.path("id").asString("");
        boolean completed = phase.equals("item.completed");
        switch (item.path("type").asString("")) {
            case "agent_message" -> {
                if (completed) {
                    story.add(Message.of(id, Role.ASSISTANT, item.path("text").asString("")));
                } else {
                    quiet();
                }
            }
            case "reasoning" -> {
                if (completed) {
                    story.add(new Reasoning(id, item.path("text").asString(""), false));
                } else {
                    quiet();
                }
            }
            case "command_execution" -> command(phase, id, item);
            case "file_change" -> fileChange(completed, id, item);
            case "mcp_tool_call" -> mcp(completed, id, item);
            case "todo_list" -> plan(item);
            case "web_search" ->
                    other(completed, id, item, ToolKind.FETCH, item.path("query").asString(""));
            case "collab_tool_call" ->
                    other(completed, id, item, ToolKind.TASK, item.path("tool").asString(""));
            case "error" -> story.add(notice(item.path("message").asString("")));
            default -> {}
        }
    }

    private void command(String phase, String id, JsonNode item) {
        String command = ShellWords.unwrap(item.path("command").asString(""));
        if (story.openTool(id).isEmpty() && !story.isClosed(id)) {
            rollout.shown(command);
            story.start(
                    ToolCalls.command(
                            id,
                            "shell",
                            Json.mapper().createObjectNode().set("command", item.path("command")),
                            command));
        }
        String output = item.path("aggregated_output").asString("");
        if (phase.equals("item.completed")) {
            OptionalInt exit = number(item, "exit_code");
            story.complete(
                    ToolCalls.done(
                            id,
                            status(item, exit),
                            exit,
                            Optional.of(output),
                            Optional.empty(),
                            List.of()));
        } else if (phase.equals("item.updated")) {
            story.add(new ToolOutput(id, OutputMode.REPLACE, output));
        }
    }

    private void fileChange(boolean completed, String id, JsonNode item) {
        List<FileChange> changes = new ArrayList<>();
        for (JsonNode change : item.path("changes")) {
            changes.add(
                    new FileChange(
                            paths.of(change.path("path").asString("")),
                            switch (change.path("kind").asString("")) {
                                case "add" -> ChangeKind.ADD;
                                case "delete" -> ChangeKind.DELETE;
                                default -> ChangeKind.UPDATE;
                            }));
        }
        if (story.openTool(id).isEmpty() && !story.isClosed(id)) {
            rollout.patchShown();
            story.start(
                    ToolCalls.files(
                            id,
                            ToolKind.EDIT,
                            "apply_patch",
                            Json.mapper().createObjectNode().set("changes", item.path("changes")),
                            changes.stream().map(FileChange::path).toList()));
        }
        if (completed) {
            ToolStatus status = status(item, OptionalInt.empty());
            story.complete(
                    ToolCalls.done(
                            id,
                            status,
                            OptionalInt.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            status == ToolStatus.OK ? changes : List.of()));
        } else {
            quiet();
        }
    }

    private void mcp(boolean completed, String id, JsonNode item) {
        story.start(
                ToolCalls.mcp(
                        id,
                        item.path("server").asString(""),
                        item.path("tool").asString(""),
                        item.path("arguments")));
        if (!completed) {
            quiet();
            return;
        }
        Optional<String> error = text(item.path("error"), "message");
        boolean declined = error.orElse("").contains("requires approval");
        story.complete(
                ToolCalls.done(
                        id,
                        declined ? ToolStatus.DECLINED : status(item, OptionalInt.empty()),
                        OptionalInt.empty(),
                        content(item.path("result").path("content")),
                        error,
                        List.of()));
    }

    private void other(boolean completed, String id, JsonNode item, ToolKind kind, String title) {
        String name = item.path("type").asString("");
        ToolStarted bare = ToolCalls.files(id, kind, name, item, List.of());
        story.start(
                new ToolStarted(
                        id,
                        bare.parentCallId(),
                        kind,
                        name,
                        Optional.empty(),
                        title.isEmpty() ? name : title,
                        item,
                        Optional.empty(),
                        List.of()));
        if (completed) {
            story.complete(
                    ToolCalls.done(
                            id,
                            status(item, OptionalInt.empty()),
                            OptionalInt.empty(),
                            Optional.empty(),
                            text(item.path("error"), "message"),
                            List.of()));
        } else {
            quiet();
        }
    }

    private void plan(JsonNode item) {
        List<PlanEntry> entries = new ArrayList<>();
        for (JsonNode entry : item.path("items")) {
            entries.add(
                    new PlanEntry(
                            entry.path("text").asString(""),
                            entry.path("completed").asBoolean(false)
                                    ? PlanStatus.COMPLETED
                                    : PlanStatus.PENDING));
        }
        story.add(new Plan(entries));
    }

    private static ToolStatus status(JsonNode item, OptionalInt exit) {
        return switch (item.path("status").asString("completed")) {
            case "completed" -> exit.orElse(0) == 0 ? ToolStatus.OK : ToolStatus.FAILED;
            case "declined" -> ToolStatus.DECLINED;
            case "in_progress" -> ToolStatus.ABORTED;
            default -> ToolStatus.FAILED;
        };
    }

    private static Optional<String> content(JsonNode blocks) {
        List<String> texts = new ArrayList<>();
        for (JsonNode block : blocks) {
            text(block, "text").ifPresent(texts::add);
        }
        return texts.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", texts));
    }

    private static SessionTotals totals(JsonNode usage) {
        return new SessionTotals(
                usage.path("input_tokens").asLong(0),
                usage.path("cached_input_tokens").asLong(0),
                usage.path("cache_write_input_tokens").asLong(0),
                usage.path("output_tokens").asLong(0),
                usage.path("reasoning_output_tokens").asLong(0),
                Optional.empty());
    }

    @Override
    public Optional<Transcript> wantedTranscript() {
        return sessionId()
                .map(id -> new Transcript(context.home() + "/.codex/sessions", id + ".jsonl"));
    }

    @Override
    public List<Decoded> transcript(byte[] content) {
        rollout.read(new String(content, StandardCharsets.UTF_8), story);
        if (totals == null) {
            rollout.usage().map(CodexDecoder::totals).ifPresent(found -> totals = found);
        }
        return story.take();
    }

    @Override
    Verdict verdict(ProcessEnd end) {
        int exit = end.exitCode().orElse(-1);
        if (terminal instanceof Verdict.Finished && exit != 0) {
            return failedSilently(end);
        }
        if (terminal != null) {
            return terminal;
        }
        if (exit == 2) {
            return Verdict.failed(Reason.ARGUMENTS, "Codex refused its arguments: " + tail.last());
        }
        String said = tail.text();
        if (said.contains("no rollout found") || said.contains("No saved session found")) {
            return Verdict.failed(Reason.ARGUMENTS, tail.last());
        }
        if (said.contains("No prompt provided")) {
            return Verdict.failed(Reason.ARGUMENTS, "the prompt is empty");
        }
        if (reconnects > 0) {
            return Verdict.failed(Reason.NETWORK, "the model server could not be reached");
        }
        return failedSilently(end);
    }

    /** Codex counts over the whole thread; what was there before is taken off. */
    @Override
    Optional<Usage> usage() {
        if (totals == null) {
            return Optional.empty();
        }
        SessionTotals before = context.totals().orElse(SessionTotals.NONE);
        SessionTotals now = totals;
        if (now.inputTokens() < before.inputTokens()) {
            before = SessionTotals.NONE;
        }
        return Optional.of(
                Usage.run(
                        now.inputTokens() - before.inputTokens(),
                        now.cachedInputTokens() - before.cachedInputTokens(),
                        now.cacheWriteTokens() - before.cacheWriteTokens(),
                        now.outputTokens() - before.outputTokens(),
                        now.reasoningTokens() - before.reasoningTokens(),
                        Optional.empty()));
    }

    @Override
    public Optional<SessionTotals> totals() {
        return Optional.ofNullable(totals);
    }
}
