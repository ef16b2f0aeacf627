package dev.oxbow.agents;

import static dev.oxbow.agents.ToolCalls.text;

import dev.oxbow.agents.AgentEvent.ChangeKind;
import dev.oxbow.agents.AgentEvent.FileChange;
import dev.oxbow.agents.AgentEvent.Plan;
import dev.oxbow.agents.AgentEvent.PlanEntry;
import dev.oxbow.agents.AgentEvent.PlanStatus;
import dev.oxbow.agents.AgentEvent.ToolCompleted;
import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Claude Code's tools: how each is called, and what its results mean. */
final class ClaudeTools {
    private static final Pattern EXIT =
            Pattern.compile("\\A(?:Error: )?Exit code (-?\\d+)(?:\n|\\z)");

    private final RunStory story;
    private final WorkspacePath paths;
    private final Set<String> denied = new HashSet<>();
    private final Set<String> planning = new HashSet<>();
    private final Map<String, PlanEntry> tasks = new LinkedHashMap<>();

    ClaudeTools(RunStory story, WorkspacePath paths) {
        this.story = story;
        this.paths = paths;
    }

    /** The call was refused; its result will say so only in words. */
    void denied(String callId) {
        denied.add(callId);
    }

    void use(JsonNode block, Optional<String> parent) {
        String callId = block.path("id").asString("");
        String name = block.path("name").asString("");
        JsonNode input = block.path("input");
        if (name.equals("TodoWrite")) {
            planning.add(callId);
            story.add(new Plan(PlanEntries.of(input.path("todos"), "content")));
            return;
        }
        story.start(ToolCalls.inside(started(callId, name, input), parent));
        task(name, input);
    }

    private ToolStarted started(String callId, String name, JsonNode input) {
        if (name.equals("Bash")) {
            return ToolCalls.command(callId, name, input, input.path("command").asString(""));
        }
        if (name.startsWith("mcp__")) {
            String rest = name.substring(5);
            int cut = rest.indexOf("__");
            if (cut > 0) {
                return ToolCalls.mcp(
                        callId, rest.substring(0, cut), rest.substring(cut + 2), input);
            }
        }
        List<String> files =
                text(input, "file_path")
                        .or(() -> text(input, "notebook_path"))
                        .or(() -> text(input, "path"))
                        .map(paths::of)
                        .stream()
                        .toList();
        return ToolCalls.files(
                callId,
                switch (name) {
                    case "Write", "Edit", "MultiEdit", "NotebookEdit" -> ToolKind.EDIT;
                    case "Read", "LS", "NotebookRead" -> ToolKind.READ;
                    case "Grep", "Glob", "WebSearch", "ToolSearch" -> ToolKind.SEARCH;
                    case "WebFetch" -> ToolKind.FETCH;
                    case "Task", "Agent" -> ToolKind.TASK;
                    default -> ToolKind.OTHER;
                },
                name,
                input,
                files);
    }

    /** Newer versions keep the list of steps by one tool call per step. */
    private void task(String name, JsonNode input) {
        if (name.equals("TaskCreate")) {
            tasks.put(
                    Integer.toString(tasks.size() + 1),
                    new PlanEntry(input.path("subject").asString(""), PlanStatus.PENDING));
        } else if (name.equals("TaskUpdate")) {
            PlanEntry entry = tasks.get(input.path("taskId").asString(""));
            if (entry == null) {
                return;
            }
            tasks.put(
                    input.path("taskId").asString(""),
                    new PlanEntry(
                            text(input, "subject").orElse(entry.text()),
                            text(input, "status").map(PlanEntries::status).orElse(entry.status())));
        } else {
            return;
        }
        story.add(new Plan(List.copyOf(tasks.values())));
    }

    /** Reads a result; false if it belongs to a call that was told of otherwise. */
    boolean result(JsonNode block, JsonNode details) {
        String callId = block.path("tool_use_id").asString("");
        if (planning.contains(callId)) {
            return false;
        }
        String content = content(block.path("content"));
        boolean isError = block.path("is_error").asBoolean(false);
        Optional<ToolStarted> tool = story.openTool(callId);
        boolean isCommand = tool.map(t -> t.kind() == ToolKind.COMMAND).orElse(false);
        Matcher exit = EXIT.matcher(content);
        OptionalInt code =
                isError && exit.find()
                        ? OptionalInt.of(Integer.parseInt(exit.group(1)))
                        : isCommand && !isError ? OptionalInt.of(0) : OptionalInt.empty();
        String output = code.orElse(0) == 0 ? content : content.substring(exit.end());
        ToolStatus status =
                !isError
                        ? ToolStatus.OK
                        : denied.contains(callId) || refused(content)
                                ? ToolStatus.DECLINED
                                : ToolStatus.FAILED;
        story.complete(
                new ToolCompleted(
                        callId,
                        status,
                        code,
                        Optional.of(output),
                        false,
                        isError && code.isEmpty()
                                ? Optional.of(Tail.clip(content, 1000))
                                : Optional.empty(),
                        status == ToolStatus.OK ? changes(tool, details) : List.of(),
                        details.path("durationMs").isNumber()
                                ? OptionalLong.of(details.path("durationMs").asLong(0))
                                : OptionalLong.empty()));
        return true;
    }

    private static boolean refused(String content) {
        return content.startsWith("Permission to use ")
                || content.contains("requested permissions")
                || content.contains("This command requires approval")
                || content.contains("needs approval");
    }

    private static String content(JsonNode content) {
        if (content.isString()) {
            return content.asString();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode block : content) {
            text(block, "text").ifPresent(texts::add);
        }
        return String.join("\n", texts);
    }

    private List<FileChange> changes(Optional<ToolStarted> tool, JsonNode details) {
        List<FileChange> changes = new ArrayList<>();
        for (JsonNode file : details.path("bashEditDiff").path("files")) {
            changes.add(
                    new FileChange(
                            paths.of(file.path("filePath").asString("")),
                            file.path("created").asBoolean(false)
                                    ? ChangeKind.ADD
                                    : file.path("deleted").asBoolean(false)
                                            ? ChangeKind.DELETE
                                            : ChangeKind.UPDATE));
        }
        if (tool.map(t -> t.kind() == ToolKind.EDIT).orElse(false)) {
            text(details, "filePath")
                    .map(paths::of)
                    .or(() -> tool.flatMap(t -> t.paths().stream().findFirst()))
                    .ifPresent(path ->
                            changes.add(
                                    new FileChange(
                                            path,
                                            details.path("type").asString("").equals("create")
                                                    ? ChangeKind.ADD
                                                    : ChangeKind.UPDATE)));
        }
        return changes;
    }
}
