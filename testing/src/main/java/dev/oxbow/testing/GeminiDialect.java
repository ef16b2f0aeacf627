package dev.oxbow.testing;

import static dev.oxbow.testing.Dialect.object;

import com.sun.net.httpserver.Headers;
import dev.oxbow.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Gemini's generateContent, as Gemini CLI speaks it. */
final class GeminiDialect implements Dialect {
    private static final Pattern MODEL = Pattern.compile("/models/([^:/?]+):");

    @Override
    public String callPrefix() {
        return "";
    }

    @Override
    public Exchange read(JsonNode body, Headers headers, String path) {
        Exchange.Reader reader = new Exchange.Reader();
        reader.background(Exchange.text(body.path("systemInstruction").path("parts")));
        for (JsonNode content : body.path("contents")) {
            if (content.path("role").asString("user").equals("model")) {
                continue;
            }
            for (JsonNode part : content.path("parts")) {
                JsonNode response = part.path("functionResponse");
                if (response.isMissingNode()) {
                    reader.user(part.path("text").asString(""));
                } else {
                    reader.result(
                            response.path("id").asString(""),
                            Json.write(response.path("response")));
                }
            }
        }
        Matcher model = MODEL.matcher(path);
        return reader.done(
                model.find() ? model.group(1) : "",
                path.contains(":streamGenerateContent"),
                !body.path("tools").isEmpty(),
                Optional.empty());
    }

    @Override
    public List<Part> stream(Exchange exchange, Turn turn, CallId call) {
        List<Part> parts = new ArrayList<>();
        // The last frame must carry the reason of the end, so a frame is written when the next
        // one is known.
        Optional<Map<String, Object>> held = Optional.empty();
        for (Step step : turn.steps()) {
            switch (step) {
                case Step.Say say -> {
                    boolean first = true;
                    for (String piece : Dialect.pieces(say)) {
                        held.ifPresent(part -> parts.add(frame(exchange, turn, part, false)));
                        held = Optional.of(object("text", piece));
                        if (!first && !say.delay().isZero()) {
                            parts.add(new Part.Wait(say.delay()));
                        }
                        first = false;
                    }
                }
                case Step.Reason reason -> {
                    held.ifPresent(part -> parts.add(frame(exchange, turn, part, false)));
                    held = Optional.of(object("text", reason.text(), "thought", true));
                }
                case Step.Tool tool -> {
                    held.ifPresent(part -> parts.add(frame(exchange, turn, part, false)));
                    held = Optional.of(functionCall(tool, call));
                }
                case Step.Hang hang -> {
                    held.ifPresent(part -> parts.add(frame(exchange, turn, part, false)));
                    held = Optional.empty();
                    parts.add(new Part.Wait(hang.duration()));
                }
                case Step.FailInStream fail -> {
                    held.ifPresent(part -> parts.add(frame(exchange, turn, part, false)));
                    parts.add(
                            new Part.Frame(
                                    "", Json.write(error(500, fail.type(), fail.message()))));
                    return parts;
                }
                default -> {}
            }
        }
        parts.add(frame(exchange, turn, held.orElse(object("text", "")), true));
        return parts;
    }

    @Override
    public Object whole(Exchange exchange, Turn turn, CallId call) {
        List<Object> parts = new ArrayList<>();
        for (Step step : turn.steps()) {
            switch (step) {
                case Step.Say say -> parts.add(object("text", say.text()));
                case Step.Tool tool -> parts.add(functionCall(tool, call));
                default -> {}
            }
        }
        return body(exchange, turn, parts, true);
    }

    @Override
    public Object error(int status, String type, String message) {
        String word =
                !type.isEmpty()
                        ? type
                        : switch (status) {
                            case 400 -> "INVALID_ARGUMENT";
                            case 401 -> "UNAUTHENTICATED";
                            case 403 -> "PERMISSION_DENIED";
                            case 404 -> "NOT_FOUND";
                            case 429 -> "RESOURCE_EXHAUSTED";
                            default -> "INTERNAL";
                        };
        return object("error", object("code", status, "message", message, "status", word));
    }

    private static NativeCall call(Step.Tool tool) {
        return switch (tool) {
            case Step.Run run ->
                    new NativeCall(
                            "run_shell_command",
                            object("command", run.command(), "description", "Run a command"));
            case Step.Write write ->
                    new NativeCall(
                            "write_file",
                            object("file_path", write.path(), "content", write.content()));
            case Step.Read read -> new NativeCall("read_file", object("file_path", read.path()));
            case Step.Edit edit ->
                    new NativeCall(
                            "replace",
                            object(
                                    "file_path",
                                    edit.path(),
                                    "instruction",
                                    "Replace these lines.",
                                    "old_string",
                                    edit.oldText(),
                                    "new_string",
                                    edit.newText()));
        };
    }

    private static Map<String, Object> functionCall(Step.Tool tool, CallId id) {
        NativeCall call = call(tool);
        return object(
                "functionCall",
                object("id", id.value(), "name", call.name(), "args", call.arguments()));
    }

    private static Part frame(
            Exchange exchange, Turn turn, Map<String, Object> part, boolean last) {
        return new Part.Frame("", Json.write(body(exchange, turn, List.of(part), last)));
    }

    private static Map<String, Object> body(
            Exchange exchange, Turn turn, List<Object> parts, boolean last) {
        Map<String, Object> candidate =
                object("content", object("role", "model", "parts", parts), "index", 0);
        Usage usage = turn.usage();
        if (last) {
            candidate.put("finishReason", "STOP");
        }
        return object(
                "candidates",
                List.of(candidate),
                "usageMetadata",
                object(
                        "promptTokenCount",
                        usage.input(),
                        "candidatesTokenCount",
                        usage.output() - usage.reasoning(),
                        "thoughtsTokenCount",
                        usage.reasoning(),
                        "cachedContentTokenCount",
                        usage.cached(),
                        "totalTokenCount",
                        usage.input() + usage.output()),
                "modelVersion",
                exchange.model());
    }
}
