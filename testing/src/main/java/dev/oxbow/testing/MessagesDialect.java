package dev.oxbow.testing;

import static dev.oxbow.testing.Dialect.object;

import com.sun.net.httpserver.Headers;
import dev.oxbow.base.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Anthropic Messages, as Claude Code speaks it. */
final class MessagesDialect implements Dialect {
    @Override
    public String callPrefix() {
        return "toolu_";
    }

    @Override
    public Exchange read(JsonNode body, Headers headers, String path) {
        Exchange.Reader reader = new Exchange.Reader();
        for (JsonNode block : body.path("system")) {
            reader.background(Exchange.text(block));
        }
        reader.background(Exchange.text(body.path("system")));
        for (JsonNode message : body.path("messages")) {
            JsonNode content = message.path("content");
            String role = message.path("role").asString("");
            if (!role.equals("user")) {
                if (role.equals("system")) {
                    reader.background(Exchange.text(content));
                }
                continue;
            }
            if (content.isString()) {
                reader.user(content.stringValue());
            }
            for (JsonNode block : content) {
                switch (block.path("type").asString("")) {
                    case "text" -> reader.user(block.path("text").asString(""));
                    case "tool_result" ->
                            reader.result(
                                    block.path("tool_use_id").asString(""),
                                    Exchange.text(block.path("content")));
                    default -> {}
                }
            }
        }
        return reader.done(
                body.path("model").asString(""),
                body.path("stream").asBoolean(false),
                !body.path("tools").isEmpty(),
                Dialect.header(headers, "x-claude-code-session-id"));
    }

    @Override
    public List<Part> stream(Exchange exchange, Turn turn, CallId call) {
        List<Part> parts = new ArrayList<>();
        Map<String, Object> message = message(exchange, turn.usage());
        parts.add(frame("message_start", object("message", message)));
        int index = 0;
        for (Step step : turn.steps()) {
            switch (step) {
                case Step.Say say ->
                        block(
                                parts,
                                index++,
                                object("type", "text", "text", ""),
                                Dialect.pieces(say).stream()
                                        .map(piece -> object("type", "text_delta", "text", piece))
                                        .toList(),
                                say.delay());
                case Step.Reason reason ->
                        block(
                                parts,
                                index++,
                                object("type", "thinking", "thinking", "", "signature", ""),
                                List.of(
                                        object("type", "thinking_delta", "thinking", reason.text()),
                                        object("type", "signature_delta", "signature", "c2NyaXB0")),
                                Duration.ZERO);
                case Step.Tool tool -> {
                    NativeCall use = call(exchange, tool);
                    block(
                            parts,
                            index++,
                            object(
                                    "type",
                                    "tool_use",
                                    "id",
                                    call.value(),
                                    "name",
                                    use.name(),
                                    "input",
                                    object()),
                            List.of(
                                    object(
                                            "type",
                                            "input_json_delta",
                                            "partial_json",
                                            Json.write(use.arguments()))),
                            Duration.ZERO);
                }
                case Step.Hang hang -> parts.add(new Part.Wait(hang.duration()));
                case Step.FailInStream fail -> {
                    parts.add(
                            new Part.Frame(
                                    "error", Json.write(error(500, fail.type(), fail.message()))));
                    return parts;
                }
                default -> {}
            }
        }
        parts.add(
                frame(
                        "message_delta",
                        object(
                                "delta",
                                object(
                                        "stop_reason",
                                        stopReason(turn),
                                        "stop_sequence",
                                        Optional.empty()),
                                "usage",
                                object("output_tokens", turn.usage().output()))));
        parts.add(frame("message_stop", object()));
        return parts;
    }

    @Override
    public Object whole(Exchange exchange, Turn turn, CallId call) {
        Map<String, Object> message = message(exchange, turn.usage());
        List<Object> content = new ArrayList<>();
        for (Step step : turn.steps()) {
            switch (step) {
                case Step.Say say -> content.add(object("type", "text", "text", say.text()));
                case Step.Tool tool -> {
                    NativeCall use = call(exchange, tool);
                    content.add(
                            object(
                                    "type",
                                    "tool_use",
                                    "id",
                                    call.value(),
                                    "name",
                                    use.name(),
                                    "input",
                                    use.arguments()));
                }
                default -> {}
            }
        }
        message.put("content", content);
        message.put("stop_reason", stopReason(turn));
        message.put("usage", usage(turn.usage(), turn.usage().output()));
        return message;
    }

    @Override
    public Object error(int status, String type, String message) {
        String word = type.isEmpty() ? usualError(status) : type;
        return object("type", "error", "error", object("type", word, "message", message));
    }

    private static String usualError(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> status >= 500 ? "api_error" : "invalid_request_error";
        };
    }

    private static NativeCall call(Exchange exchange, Step.Tool tool) {
        return switch (tool) {
            case Step.Run run ->
                    new NativeCall(
                            "Bash",
                            object("command", run.command(), "description", "Run a command"));
            case Step.Write write ->
                    new NativeCall(
                            "Write",
                            object(
                                    "file_path",
                                    exchange.absolute(write.path()),
                                    "content",
                                    write.content()));
            case Step.Read read ->
                    new NativeCall("Read", object("file_path", exchange.absolute(read.path())));
            case Step.Edit edit ->
                    new NativeCall(
                            "Edit",
                            object(
                                    "file_path",
                                    exchange.absolute(edit.path()),
                                    "old_string",
                                    edit.oldText(),
                                    "new_string",
                                    edit.newText()));
        };
    }

    private static String stopReason(Turn turn) {
        return turn.tool().isPresent() ? "tool_use" : "end_turn";
    }

    private static Map<String, Object> message(Exchange exchange, Usage usage) {
        return object(
                "id",
                "msg_" + UUID.randomUUID().toString().replace("-", ""),
                "type",
                "message",
                "role",
                "assistant",
                "model",
                exchange.model(),
                "content",
                List.of(),
                "stop_reason",
                Optional.empty(),
                "stop_sequence",
                Optional.empty(),
                "usage",
                usage(usage, 1));
    }

    /** Here cached tokens are counted beside the input, not as a part of it. */
    private static Map<String, Object> usage(Usage usage, long output) {
        return object(
                "input_tokens",
                usage.input() - usage.cached(),
                "cache_creation_input_tokens",
                0,
                "cache_read_input_tokens",
                usage.cached(),
                "output_tokens",
                output);
    }

    private static void block(
            List<Part> parts,
            int index,
            Map<String, Object> start,
            List<Map<String, Object>> deltas,
            Duration delay) {
        parts.add(frame("content_block_start", object("index", index, "content_block", start)));
        boolean first = true;
        for (Map<String, Object> delta : deltas) {
            if (!first && !delay.isZero()) {
                parts.add(new Part.Wait(delay));
            }
            first = false;
            parts.add(frame("content_block_delta", object("index", index, "delta", delta)));
        }
        parts.add(frame("content_block_stop", object("index", index)));
    }

    private static Part frame(String type, Map<String, Object> fields) {
        Map<String, Object> data = object("type", type);
        data.putAll(fields);
        return new Part.Frame(type, Json.write(data));
    }
}
