package dev.oxbow.agents;

import static dev.oxbow.agents.ToolCalls.text;

import dev.oxbow.agents.AgentEvent.AgentSession;
import dev.oxbow.agents.AgentEvent.ChangeKind;
import dev.oxbow.agents.AgentEvent.FileChange;
import dev.oxbow.agents.AgentEvent.Level;
import dev.oxbow.agents.AgentEvent.Message;
import dev.oxbow.agents.AgentEvent.MessageDelta;
import dev.oxbow.agents.AgentEvent.Notice;
import dev.oxbow.agents.AgentEvent.Plan;
import dev.oxbow.agents.AgentEvent.Reason;
import dev.oxbow.agents.AgentEvent.Retrying;
import dev.oxbow.agents.AgentEvent.Role;
import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.agents.AgentEvent.Usage;
import dev.oxbow.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code gemini -o stream-json}. */
final class GeminiDecoder extends JsonLineDecoder {
    private static final Pattern EXITED = Pattern.compile("Command exited with code: (-?\\d+)");
    private static final Pattern ATTEMPT =
            Pattern.compile("Attempt (\\d+) failed with status (\\d+)");

    private static final Pattern RECORDED_EXIT = Pattern.compile("\nExit Code: (-?\\d+)\n");

    /** Commands that printed something: then the stream does not tell their exit code. */
    private final Map<String, String> codeNotSaid = new LinkedHashMap<>();

    private final StringBuilder saying = new StringBuilder();
    private @Nullable String sayingId;
    private @Nullable ObjectNode result;
    private @Nullable Usage used;
    private String lastError = "";
    private int messages;

    GeminiDecoder(DecoderContext context) {
        super(context);
    }

    @Override
    void read(ObjectNode line) {
        String type = kind(line);
        if (!type.equals("message") || !line.path("delta").asBoolean(false)) {
            said();
        }
        switch (type) {
            case "init" -> {
                story.session(
                        new AgentSession(
                                line.path("session_id").asString(""),
                                context.resumed().isPresent(),
                                Optional.empty(),
                                text(line, "model"),
                                Optional.empty(),
                                List.of()));
                quiet();
            }
            case "message" -> message(line);
            case "tool_use" -> toolUse(line);
            case "tool_result" -> toolResult(line);
            case "error" -> {
                lastError = line.path("message").asString("");
                boolean warning = line.path("severity").asString("").equals("warning");
                story.add(new Notice(warning ? Level.WARNING : Level.ERROR, lastError));
            }
            case "result" -> {
                result = line;
                JsonNode stats = line.path("stats");
                used =
                        Usage.run(
                                stats.path("input_tokens").asLong(0),
                                stats.path("cached").asLong(0),
                                0,
                                stats.path("output_tokens").asLong(0),
                                0,
                                Optional.empty());
                story.add(used);
            }
            default -> {}
        }
    }

    private void message(ObjectNode line) {
        String content = line.path("content").asString("");
        if (line.path("role").asString("").equals("user")) {
            story.add(Message.of("message-" + ++messages, Role.USER, content));
        } else if (line.path("delta").asBoolean(false)) {
            if (sayingId == null) {
                sayingId = "message-" + ++messages;
            }
            saying.append(content);
            story.add(new MessageDelta(sayingId, content));
        } else {
            story.add(Message.of("message-" + ++messages, Role.ASSISTANT, content));
        }
    }

    /** Any other line ends the message that was being written. */
    private void said() {
        if (sayingId != null) {
            story.add(Message.of(sayingId, Role.ASSISTANT, saying.toString()));
            saying.setLength(0);
            sayingId = null;
        }
    }

    private void toolUse(ObjectNode line) {
        String callId = line.path("tool_id").asString("");
        String name = line.path("tool_name").asString("");
        JsonNode input = line.path("parameters");
        if (name.equals("write_todos")) {
            story.add(new Plan(PlanEntries.of(input.path("todos"), "description")));
        }
        story.start(started(callId, name, input));
    }

    private ToolStarted started(String callId, String name, JsonNode input) {
        if (name.equals("run_shell_command")) {
            return ToolCalls.command(callId, name, input, input.path("command").asString(""));
        }
        if (name.startsWith("mcp_")) {
            String rest = name.substring(4);
            for (String server : context.mcpServers()) {
                if (rest.startsWith(server + "_")) {
                    return ToolCalls.mcp(
                            callId, server, rest.substring(server.length() + 1), input);
                }
            }
            int cut = rest.indexOf('_');
            if (cut > 0) {
                return ToolCalls.mcp(
                        callId, rest.substring(0, cut), rest.substring(cut + 1), input);
            }
        }
        List<String> files =
                text(input, "file_path")
                        .or(() -> text(input, "absolute_path"))
                        .or(() -> text(input, "path"))
                        .or(() -> text(input, "dir_path"))
                        .map(paths::of)
                        .stream()
                        .toList();
        return ToolCalls.files(
                callId,
                switch (name) {
                    case "write_file", "replace", "edit" -> ToolKind.EDIT;
                    case "read_file", "read_many_files", "list_directory" -> ToolKind.READ;
                    case "glob",
                            "search_file_content",
                            "grep_search",
                            "grep",
                            "google_web_search" ->
                            ToolKind.SEARCH;
                    case "web_fetch" -> ToolKind.FETCH;
                    case "task", "codebase_investigator", "delegate_to_agent", "invoke_agent" ->
                            ToolKind.TASK;
                    default -> ToolKind.OTHER;
                },
                name,
                input,
                files);
    }

    private void toolResult(ObjectNode line) {
        String callId = line.path("tool_id").asString("");
        Optional<String> output = text(line, "output");
        OptionalInt exit = OptionalInt.empty();
        Optional<ToolStarted> tool = story.openTool(callId);
        boolean isCommand = tool.map(t -> t.kind() == ToolKind.COMMAND).orElse(false);
        boolean ok = line.path("status").asString("").equals("success");
        if (isCommand && ok) {
            Matcher matcher = EXITED.matcher(output.orElse(""));
            if (matcher.find()) {
                exit = OptionalInt.of(Integer.parseInt(matcher.group(1)));
            } else {
                codeNotSaid.put(callId, tool.flatMap(ToolStarted::command).orElse(""));
            }
        }
        JsonNode error = line.path("error");
        Optional<String> why =
                error.isString() ? Optional.of(error.asString()) : text(error, "message");
        ToolStatus status =
                !ok
                        ? refused(why.orElse(""))
                        : exit.orElse(0) == 0 ? ToolStatus.OK : ToolStatus.FAILED;
        story.complete(
                ToolCalls.done(
                        callId,
                        status,
                        exit,
                        output,
                        why,
                        status == ToolStatus.OK ? changes(tool) : List.of()));
    }

    private static ToolStatus refused(String why) {
        String text = why.toLowerCase(Locale.ROOT);
        return text.contains("denied by policy")
                        || text.contains("requires user confirmation")
                        || text.contains("not available")
                ? ToolStatus.DECLINED
                : ToolStatus.FAILED;
    }

    private static List<FileChange> changes(Optional<ToolStarted> tool) {
        return tool.filter(t -> t.kind() == ToolKind.EDIT).stream()
                .flatMap(t ->
                        t.paths().stream()
                                .map(path ->
                                        new FileChange(
                                                path,
                                                // Whether the file was there
                                                // before is not said.
                                                ChangeKind.UPDATE)))
                .toList();
    }

    @Override
    void readError(String line) {
        Matcher matcher = ATTEMPT.matcher(line);
        if (matcher.find()) {
            story.add(
                    new Retrying(
                            Integer.parseInt(matcher.group(1)),
                            OptionalInt.empty(),
                            OptionalLong.empty(),
                            OptionalInt.of(Integer.parseInt(matcher.group(2))),
                            Tail.clip(line, 500)));
        }
    }

    @Override
    public Optional<Transcript> wantedTranscript() {
        return codeNotSaid.isEmpty()
                ? Optional.empty()
                : sessionId()
                        .filter(id -> id.length() >= 8)
                        .map(id ->
                                new Transcript(
                                        context.home() + "/.gemini/tmp",
                                        "-" + id.substring(0, 8) + ".jsonl"));
    }

    /** The exit codes that the stream left out stand in what the model was told. */
    @Override
    public List<Decoded> transcript(byte[] content) {
        new String(content, StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> {
                    for (JsonNode call : parsed(line).path("toolCalls")) {
                        String command = codeNotSaid.get(call.path("id").asString(""));
                        int code = recordedExit(call);
                        if (command != null && code != 0) {
                            codeNotSaid.remove(call.path("id").asString(""));
                            story.turnedOutFailed();
                            story.add(
                                    new Notice(
                                            Level.WARNING,
                                            "exit code "
                                                    + code
                                                    + " of: "
                                                    + Tail.clip(command, 200)));
                        }
                    }
                });
        return story.take();
    }

    private static int recordedExit(JsonNode call) {
        String told =
                call.path("result")
                        .path(0)
                        .path("functionResponse")
                        .path("response")
                        .path("output")
                        .asString("");
        Matcher matcher = RECORDED_EXIT.matcher(told);
        int code = 0;
        while (matcher.find()) {
            code = Integer.parseInt(matcher.group(1));
        }
        return code;
    }

    private static JsonNode parsed(String line) {
        try {
            return Json.tree(line);
        } catch (Json.MalformedJson _) {
            // A half-written last line: nothing to learn from it.
            return Json.mapper().createObjectNode();
        }
    }

    @Override
    void ending(ProcessEnd end) {
        said();
    }

    @Override
    Verdict verdict(ProcessEnd end) {
        int exit = end.exitCode().orElse(-1);
        if (result != null && result.path("status").asString("").equals("success") && exit == 0) {
            return new Verdict.Finished("success");
        }
        OptionalInt status = statusOf(exit);
        if (result != null) {
            String message =
                    text(result.path("error"), "message")
                            .orElse(lastError.isEmpty() ? "the agent failed" : lastError);
            return message.contains("ended without a finish reason")
                    ? Verdict.failed(Reason.NETWORK, message)
                    : Verdict.failed(message, status);
        }
        return switch (exit) {
            case 41 -> Verdict.failed(Reason.AUTH, said("no credential for the model"));
            case 42, 52, 55 -> Verdict.failed(Reason.ARGUMENTS, said("refused its arguments"));
            default ->
                    status.isPresent()
                            ? Verdict.failed(said("the model server refused"), status)
                            : failedSilently(end);
        };
    }

    private String said(String otherwise) {
        String last = tail.last();
        return last.isEmpty() ? otherwise : last;
    }

    /** The process ends with the HTTP status modulo 256; 400 to 511 can be told from it. */
    private static OptionalInt statusOf(int exit) {
        return exit >= 144 && exit <= 255 ? OptionalInt.of(exit + 256) : OptionalInt.empty();
    }

    @Override
    Optional<Usage> usage() {
        return Optional.ofNullable(used);
    }

    @Override
    public Optional<SessionTotals> totals() {
        SessionTotals before = context.totals().orElse(SessionTotals.NONE);
        return usage().map(before::plus);
    }
}
