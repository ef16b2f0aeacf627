package dev.oxbow.testing;

import static dev.oxbow.testing.Dialect.object;

import com.sun.net.httpserver.Headers;
import dev.oxbow.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** OpenAI Chat Completions, as OpenCode speaks it. */
final class ChatDialect implements Dialect {
    @Override
    public String callPrefix() {
        return "call_";
    }

    @Override
    public Exchange read(JsonNode body, Headers headers, String path) {
        Exchange.Reader reader = new Exchange.Reader();
        for (JsonNode message : body.path("messages")) {
            String text = Exchange.text(message.path("content"));
            switch (message.path("role").asString("")) {
                case "user" -> reader.user(text);
                case "tool" -> reader.result(message.path("tool_call_id").asString(""), text);
                case "assistant" -> {}
                default -> reader.background(text);
            }
        }
        return reader.done(
                body.path("model").asString(""),
                body.path("stream").asBoolean(false),
                !body.path("tools").isEmpty(),
                Dialect.header(headers, "x-session-id"));
    }

    @Override
    public List<Part> stream(Exchange exchange, Turn turn, CallId call) {
        String id = "chatcmpl-" + UUID.randomUUID();
        List<Part> parts = new ArrayList<>();
        for (Step step : turn.steps()) {
            switch (step) {
                case Step.Say say -> {
                    boolean first = true;
                    for (String piece : Dialect.pieces(say)) {
                        if (!first && !say.delay().isZero()) {
                            parts.add(new Part.Wait(say.delay()));
                        }
                        first = false;
                        parts.add(delta(id, exchange, object("content", piece)));
                    }
                }
                case Step.Reason reason ->
                        parts.add(delta(id, exchange, object("reasoning_content", reason.text())));
                case Step.Tool tool ->
                        parts.add(
                                delta(
                                        id,
                                        exchange,
                                        object(
                                                "tool_calls",
                                                List.of(toolCall(exchange, tool, call)))));
                case Step.Hang hang -> parts.add(new Part.Wait(hang.duration()));
                case Step.FailInStream fail -> {
                    parts.add(
                            new Part.Frame(
                                    "",
                                    Json.write(
                                            OpenAiErrors.body(500, fail.type(), fail.message()))));
                    return parts;
                }
                default -> {}
            }
        }
        String reason = turn.tool().isPresent() ? "tool_calls" : "stop";
        parts.add(chunk(id, exchange, List.of(choice("delta", object(), Optional.of(reason)))));
        Map<String, Object> last = envelope(id, exchange, "chat.completion.chunk", List.of());
        last.put("usage", usage(turn.usage()));
        parts.add(new Part.Frame("", Json.write(last)));
        parts.add(new Part.Frame("", "[DONE]"));
        return parts;
    }

    @Override
    public Object whole(Exchange exchange, Turn turn, CallId call) {
        Map<String, Object> message = object("role", "assistant", "content", Dialect.said(turn));
        turn.tool()
                .ifPresent(
                        tool -> message.put("tool_calls", List.of(toolCall(exchange, tool, call))));
        String reason = turn.tool().isPresent() ? "tool_calls" : "stop";
        Map<String, Object> body =
                envelope(
                        "chatcmpl-" + UUID.randomUUID(),
                        exchange,
                        "chat.completion",
                        List.of(choice("message", message, Optional.of(reason))));
        body.put("usage", usage(turn.usage()));
        return body;
    }

    @Override
    public Object error(int status, String type, String message) {
        return OpenAiErrors.body(status, type, message);
    }

    private static NativeCall call(Exchange exchange, Step.Tool tool) {
        return switch (tool) {
            case Step.Run run ->
                    new NativeCall(
                            "bash",
                            object("command", run.command(), "description", "Run a command"));
            case Step.Write write ->
                    new NativeCall(
                            "write",
                            object(
                                    "filePath",
                                    exchange.absolute(write.path()),
                                    "content",
                                    write.content()));
            case Step.Read read ->
                    new NativeCall("read", object("filePath", exchange.absolute(read.path())));
            case Step.Edit edit ->
                    new NativeCall(
                            "edit",
                            object(
                                    "filePath",
                                    exchange.absolute(edit.path()),
                                    "oldString",
                                    edit.oldText(),
                                    "newString",
                                    edit.newText()));
        };
    }

    private static Map<String, Object> toolCall(Exchange exchange, Step.Tool tool, CallId id) {
        NativeCall call = call(exchange, tool);
        return object(
                "index",
                0,
                "id",
                id.value(),
                "type",
                "function",
                "function",
                object("name", call.name(), "arguments", Json.write(call.arguments())));
    }

    private static Part delta(String id, Exchange exchange, Map<String, Object> fields) {
        Map<String, Object> delta = object("role", "assistant");
        delta.putAll(fields);
        return chunk(id, exchange, List.of(choice("delta", delta, Optional.empty())));
    }

    private static Map<String, Object> choice(
            String name, Map<String, Object> content, Optional<String> finishReason) {
        return object("index", 0, name, content, "finish_reason", finishReason);
    }

    private static Part chunk(String id, Exchange exchange, List<Object> choices) {
        return new Part.Frame(
                "", Json.write(envelope(id, exchange, "chat.completion.chunk", choices)));
    }

    private static Map<String, Object> envelope(
            String id, Exchange exchange, String kind, List<Object> choices) {
        return object(
                "id",
                id,
                "object",
                kind,
                "created",
                System.currentTimeMillis() / 1000,
                "model",
                exchange.model(),
                "choices",
                choices);
    }

    private static Map<String, Object> usage(Usage usage) {
        return object(
                "prompt_tokens",
                usage.input(),
                "completion_tokens",
                usage.output(),
                "total_tokens",
                usage.input() + usage.output(),
                "prompt_tokens_details",
                object("cached_tokens", usage.cached()),
                "completion_tokens_details",
                object("reasoning_tokens", usage.reasoning()));
    }
}
