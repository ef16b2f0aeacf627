package dev.oxbow.agents;

import static dev.oxbow.agents.ToolCalls.number;
import static dev.oxbow.agents.ToolCalls.text;

import dev.oxbow.agents.AgentEvent.Answerer;
import dev.oxbow.agents.AgentEvent.ChangeKind;
import dev.oxbow.agents.AgentEvent.FileChange;
import dev.oxbow.agents.AgentEvent.Message;
import dev.oxbow.agents.AgentEvent.OptionKind;
import dev.oxbow.agents.AgentEvent.PermissionAnswered;
import dev.oxbow.agents.AgentEvent.PermissionAsked;
import dev.oxbow.agents.AgentEvent.PermissionOption;
import dev.oxbow.agents.AgentEvent.Plan;
import dev.oxbow.agents.AgentEvent.Reason;
import dev.oxbow.agents.AgentEvent.Reasoning;
import dev.oxbow.agents.AgentEvent.Retrying;
import dev.oxbow.agents.AgentEvent.Role;
import dev.oxbow.agents.AgentEvent.ToolCompleted;
import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.agents.AgentEvent.Usage;
import dev.oxbow.agents.AgentEvent.UsageScope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code opencode run --format json}. */
final class OpenCodeDecoder extends JsonLineDecoder {
    private static final Pattern ASKED =
            Pattern.compile("permission requested: (\\S+) \\((.*)\\); auto-rejecting");
    private static final Set<String> BUILT_IN =
            Set.of(
                    "bash",
                    "edit",
                    "glob",
                    "grep",
                    "read",
                    "skill",
                    "task",
                    "todowrite",
                    "write",
                    "webfetch",
                    "websearch",
                    "list",
                    "patch",
                    "lsp",
                    "question");

    private @Nullable Verdict failure;
    private String lastReason = "";
    private String lastMessage = "";
    private int stepStarts;
    private int asked;
    private @Nullable Usage total;

    OpenCodeDecoder(DecoderContext context) {
        super(context);
    }

    @Override
    void read(ObjectNode line) {
        text(line, "sessionID").ifPresent(this::session);
        JsonNode part = line.path("part");
        switch (kind(line)) {
            case "step_start" -> stepStart(part);
            case "text" ->
                    story.add(
                            Message.of(
                                    part.path("id").asString(""),
                                    Role.ASSISTANT,
                                    part.path("text").asString("")));
            case "reasoning" ->
                    story.add(
                            new Reasoning(
                                    part.path("id").asString(""),
                                    part.path("text").asString(""),
                                    false));
            case "tool_use" -> tool(part);
            case "step_finish" -> {
                lastReason = part.path("reason").asString("");
                Usage step = usage(part);
                total = total == null ? asRun(step) : plus(total, step);
                story.add(step);
            }
            case "error" -> {
                JsonNode error = line.path("error");
                JsonNode data = error.path("data");
                String message =
                        text(data, "message").orElseGet(() -> error.path("name").asString(""));
                failure =
                        error.path("name").asString("").equals("MessageAbortedError")
                                ? Verdict.failed(Reason.CANCELLED, message)
                                : Verdict.failed(message, number(data, "statusCode"));
                if (error.path("name").asString("").equals("ProviderAuthError")) {
                    failure = Verdict.failed(Reason.AUTH, message);
                }
                quiet();
            }
            default -> {}
        }
    }

    /** A step that starts again is the only sign that a request is being repeated. */
    private void stepStart(JsonNode part) {
        String message = part.path("messageID").asString("");
        if (!message.equals(lastMessage)) {
            lastMessage = message;
            stepStarts = 1;
            quiet();
            return;
        }
        story.add(
                new Retrying(
                        stepStarts++,
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        OptionalInt.empty(),
                        "the request to the model is repeated"));
    }

    private void tool(JsonNode part) {
        JsonNode state = part.path("state");
        JsonNode input = state.path("input");
        String callId = part.path("callID").asString("");
        String name = part.path("tool").asString("");
        if (name.equals("todowrite") && state.path("status").asString("").equals("completed")) {
            story.add(new Plan(PlanEntries.of(input.path("todos"), "content")));
            return;
        }
        boolean invalid = name.equals("invalid");
        String called = invalid ? input.path("tool").asString(name) : name;
        story.start(started(callId, called, input));
        JsonNode metadata = state.path("metadata");
        OptionalInt exit = number(metadata, "exit");
        Optional<String> error = text(state, "error");
        ToolStatus status = status(state, exit, error.orElse(""));
        if (invalid) {
            // A tool that is not allowed is hidden from the model; calling it anyway ends here.
            status = BUILT_IN.contains(called) ? ToolStatus.DECLINED : ToolStatus.FAILED;
            error = text(input, "error");
        }
        JsonNode time = state.path("time");
        story.complete(
                new ToolCompleted(
                        callId,
                        status,
                        exit,
                        text(state, "output"),
                        metadata.path("truncated").asBoolean(false),
                        error,
                        status == ToolStatus.OK ? changes(name, input, metadata) : List.of(),
                        time.has("start") && time.has("end")
                                ? OptionalLong.of(
                                        time.path("end").asLong(0) - time.path("start").asLong(0))
                                : OptionalLong.empty()));
    }

    private static ToolStatus status(JsonNode state, OptionalInt exit, String error) {
        if (state.path("status").asString("").equals("completed")) {
            return exit.orElse(0) == 0 ? ToolStatus.OK : ToolStatus.FAILED;
        }
        return error.contains("rejected permission") || error.contains("prevents you from using")
                ? ToolStatus.DECLINED
                : ToolStatus.FAILED;
    }

    private ToolStarted started(String callId, String name, JsonNode input) {
        for (String server : context.mcpServers()) {
            if (name.startsWith(server + "_")) {
                return ToolCalls.mcp(callId, server, name.substring(server.length() + 1), input);
            }
        }
        if (name.equals("bash")) {
            return ToolCalls.command(callId, name, input, input.path("command").asString(""));
        }
        List<String> files =
                text(input, "filePath").or(() -> text(input, "path")).map(paths::of).stream()
                        .toList();
        return ToolCalls.files(
                callId,
                switch (name) {
                    case "edit", "write", "patch", "apply_patch", "multiedit" -> ToolKind.EDIT;
                    case "read", "list" -> ToolKind.READ;
                    case "glob", "grep", "websearch" -> ToolKind.SEARCH;
                    case "webfetch" -> ToolKind.FETCH;
                    case "task" -> ToolKind.TASK;
                    default -> ToolKind.OTHER;
                },
                name,
                input,
                files);
    }

    private List<FileChange> changes(String name, JsonNode input, JsonNode metadata) {
        return switch (name) {
            case "write" ->
                    change(
                            input,
                            metadata.path("exists").asBoolean(true)
                                    ? ChangeKind.UPDATE
                                    : ChangeKind.ADD);
            case "edit", "multiedit" -> change(input, ChangeKind.UPDATE);
            default -> List.of();
        };
    }

    private List<FileChange> change(JsonNode input, ChangeKind kind) {
        return text(input, "filePath").stream()
                .map(path -> new FileChange(paths.of(path), kind))
                .toList();
    }

    @Override
    void readError(String line) {
        Matcher matcher = ASKED.matcher(line);
        if (matcher.find()) {
            String request = "permission-" + ++asked;
            story.add(
                    new PermissionAsked(
                            request,
                            Optional.empty(),
                            matcher.group(1),
                            matcher.group(1),
                            matcher.group(2),
                            List.of(
                                    new PermissionOption(
                                            "reject", OptionKind.REJECT_ONCE, "Reject"))));
            story.add(
                    new PermissionAnswered(
                            request,
                            "reject",
                            Answerer.POLICY,
                            Optional.of("nobody can be asked in this run")));
        }
    }

    @Override
    Verdict verdict(ProcessEnd end) {
        if (failure != null) {
            return failure;
        }
        if (end.exitCode().orElse(-1) != 0) {
            if (tail.text().contains("Session not found")) {
                return Verdict.failed(Reason.ARGUMENTS, tail.last());
            }
            return stepStarts > 1
                    ? Verdict.failed(Reason.MODEL, "the model kept failing and was asked again")
                    : failedSilently(end);
        }
        return switch (lastReason) {
            case "stop" -> new Verdict.Finished("stop");
            case "length" ->
                    Verdict.failed(Reason.MAX_TOKENS, "the answer reached the model's limit");
            case "content-filter" ->
                    Verdict.failed(Reason.REFUSED, "the model's filter stopped the answer");
            case "tool-calls" ->
                    story.anyDeclined()
                            ? Verdict.failed(
                                    Reason.PERMISSION,
                                    "the agent stopped because a tool was not allowed")
                            : failedSilently(end);
            case "" -> failedSilently(end);
            default -> Verdict.failed(Reason.MODEL, "the agent stopped: " + lastReason);
        };
    }

    @Override
    Optional<Usage> usage() {
        return Optional.ofNullable(total);
    }

    @Override
    public Optional<SessionTotals> totals() {
        SessionTotals before = context.totals().orElse(SessionTotals.NONE);
        return Optional.ofNullable(total).map(before::plus);
    }

    private static Usage usage(JsonNode part) {
        JsonNode tokens = part.path("tokens");
        long read = tokens.path("cache").path("read").asLong(0);
        long write = tokens.path("cache").path("write").asLong(0);
        long reasoning = tokens.path("reasoning").asLong(0);
        return new Usage(
                UsageScope.CALL,
                tokens.path("input").asLong(0) + read + write,
                read,
                write,
                tokens.path("output").asLong(0),
                reasoning,
                part.path("cost").isNumber()
                        ? Optional.of(part.path("cost").asDouble())
                        : Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    private static Usage asRun(Usage step) {
        return Usage.run(
                step.inputTokens(),
                step.cachedInputTokens(),
                step.cacheWriteTokens(),
                step.outputTokens(),
                step.reasoningTokens(),
                step.costUsd());
    }

    private static Usage plus(Usage sum, Usage step) {
        return Usage.run(
                sum.inputTokens() + step.inputTokens(),
                sum.cachedInputTokens() + step.cachedInputTokens(),
                sum.cacheWriteTokens() + step.cacheWriteTokens(),
                sum.outputTokens() + step.outputTokens(),
                sum.reasoningTokens() + step.reasoningTokens(),
                sum.costUsd().isPresent() || step.costUsd().isPresent()
                        ? Optional.of(sum.costUsd().orElse(0.0) + step.costUsd().orElse(0.0))
                        : Optional.empty());
    }
}
