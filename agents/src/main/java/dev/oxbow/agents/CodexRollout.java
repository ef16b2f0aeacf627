package dev.oxbow.agents;

import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.base.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Codex's own record of a thread. A command that its inner sandbox refused leaves no trace in the
 * output of {@code codex exec}; here it stands as a call and its result. The two do not share ids,
 * so calls are paired off by their command.
 */
final class CodexRollout {
    private static final Pattern EXIT = Pattern.compile("Process exited with code (-?\\d+)");
    private static final Set<String> SHELLS =
            Set.of("exec_command", "shell", "shell_command", "local_shell");

    private final List<String> shown = new ArrayList<>();
    private int patchesShown;
    private @Nullable JsonNode usage;

    /** The output told of this command. */
    void shown(String command) {
        shown.add(command);
    }

    /** The output told of a patch. */
    void patchShown() {
        patchesShown++;
    }

    /** Token counts of the thread, as last recorded. */
    Optional<JsonNode> usage() {
        return Optional.ofNullable(usage);
    }

    /** Adds what the output left out of the last turn. */
    void read(String content, RunStory story) {
        Map<String, JsonNode> calls = new LinkedHashMap<>();
        Map<String, JsonNode> results = new LinkedHashMap<>();
        for (String line : content.lines().toList()) {
            JsonNode entry = parse(line);
            JsonNode payload = entry.path("payload");
            switch (payload.path("type").asString("")) {
                case "task_started" -> {
                    // What came before belongs to earlier runs of the thread.
                    calls.clear();
                    results.clear();
                }
                case "function_call" -> calls.put(payload.path("call_id").asString(""), payload);
                case "function_call_output" ->
                        results.put(payload.path("call_id").asString(""), entry);
                case "token_count" -> {
                    JsonNode total = payload.path("info").path("total_token_usage");
                    if (total.isObject()) {
                        usage = total;
                    }
                }
                default -> {}
            }
        }
        calls.forEach((callId, call) -> {
            JsonNode result = results.get(callId);
            if (result != null && SHELLS.contains(call.path("name").asString(""))) {
                settle(callId, call, result, story);
            }
        });
        story.reading(null);
    }

    private void settle(String callId, JsonNode call, JsonNode result, RunStory story) {
        JsonNode input = parse(call.path("arguments").asString("{}"));
        String command = command(input);
        if (shown.remove(command)) {
            return;
        }
        if (command.contains("*** Begin Patch") && patchesShown > 0) {
            patchesShown--;
            return;
        }
        String output = result.path("payload").path("output").asString("");
        Matcher exit = EXIT.matcher(output);
        OptionalInt code =
                exit.find() ? OptionalInt.of(Integer.parseInt(exit.group(1))) : OptionalInt.empty();
        int body = output.indexOf("Output:\n");
        story.reading(result);
        story.start(
                new ToolStarted(
                        callId,
                        Optional.empty(),
                        ToolKind.COMMAND,
                        "shell",
                        Optional.empty(),
                        Tail.clip(command, 200),
                        input,
                        Optional.of(command),
                        List.of()));
        story.complete(
                ToolCalls.done(
                        callId,
                        code.orElse(-1) == 0 ? ToolStatus.OK : ToolStatus.FAILED,
                        code,
                        Optional.of(body < 0 ? output : output.substring(body + 8)),
                        Optional.empty(),
                        List.of()));
    }

    private static String command(JsonNode input) {
        JsonNode command = input.has("cmd") ? input.path("cmd") : input.path("command");
        if (command.isArray()) {
            List<String> words = new ArrayList<>();
            command.forEach(word -> words.add(word.asString("")));
            return ShellWords.unwrap(ShellWords.join(words));
        }
        return command.asString("");
    }

    private static JsonNode parse(String line) {
        try {
            return line.isBlank() ? JsonNodeFactory.instance.objectNode() : Json.tree(line);
        } catch (Json.MalformedJson _) {
            // A half-written last line, or an input that is no JSON: nothing to add from it.
            return JsonNodeFactory.instance.objectNode();
        }
    }
}
