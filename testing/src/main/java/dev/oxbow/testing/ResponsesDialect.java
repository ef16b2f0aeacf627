package dev.oxbow.testing;

import static dev.oxbow.testing.Dialect.object;

import com.sun.net.httpserver.Headers;
import dev.oxbow.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** OpenAI Responses, as Codex speaks it. */
final class ResponsesDialect implements Dialect {
    @Override
    public String callPrefix() {
        return "call_";
    }

    @Override
    public Exchange read(JsonNode body, Headers headers, String path) {
        Exchange.Reader reader = new Exchange.Reader();
        reader.background(body.path("instructions").asString(""));
        JsonNode input = body.path("input");
        boolean tools = !body.path("tools").isEmpty();
        if (input.isString()) {
            reader.user(input.stringValue());
        }
        for (JsonNode item : input) {
            String type = item.path("type").asString("message");
            switch (type) {
                case "message" -> {
                    if (item.path("role").asString("").equals("user")) {
                        reader.user(Exchange.text(item.path("content")));
                    } else {
                        reader.background(Exchange.text(item.path("content")));
                    }
                }
                case "function_call_output", "custom_tool_call_output" ->
                        reader.result(
                                item.path("call_id").asString(""),
                                Exchange.text(item.path("output")));
                case "additional_tools" -> tools = true;
                default -> {}
            }
        }
        return reader.done(
                body.path("model").asString(""),
                body.path("stream").asBoolean(false),
                tools,
                Dialect.header(headers, "session-id")
                        .or(() -> Dialect.header(headers, "thread-id"))
                        .or(() -> Dialect.header(headers, "session_id")));
    }

    @Override
    public List<Part> stream(Exchange exchange, Turn turn, CallId call) {
        String id = id("resp_");
        List<Part> parts = new ArrayList<>();
        parts.add(frame("response.created", object("response", object("id", id))));
        int index = 0;
        for (Step step : turn.steps()) {
            switch (step) {
                case Step.Say say -> sayInPieces(parts, index++, say);
                case Step.Reason reason -> itemDone(parts, index++, reasoning(reason.text()));
                case Step.Tool tool -> itemDone(parts, index++, functionCall(tool, call));
                case Step.Hang hang -> parts.add(new Part.Wait(hang.duration()));
                case Step.FailInStream fail -> {
                    parts.add(
                            frame(
                                    "response.failed",
                                    object(
                                            "response",
                                            object(
                                                    "id",
                                                    id,
                                                    "error",
                                                    object(
                                                            "code",
                                                            fail.type(),
                                                            "message",
                                                            fail.message())))));
                    return parts;
                }
                default -> {}
            }
        }
        parts.add(
                frame(
                        "response.completed",
                        object("response", object("id", id, "usage", usage(turn.usage())))));
        return parts;
    }

    @Override
    public Object whole(Exchange exchange, Turn turn, CallId call) {
        List<Object> output = new ArrayList<>();
        for (Step step : turn.steps()) {
            switch (step) {
                case Step.Say say -> output.add(message(id("msg_"), say.text()));
                case Step.Reason reason -> output.add(reasoning(reason.text()));
                case Step.Tool tool -> output.add(functionCall(tool, call));
                default -> {}
            }
        }
        return object(
                "id",
                id("resp_"),
                "object",
                "response",
                "status",
                "completed",
                "model",
                exchange.model(),
                "output",
                output,
                "usage",
                usage(turn.usage()));
    }

    @Override
    public Object error(int status, String type, String message) {
        return OpenAiErrors.body(status, type, message);
    }

    private static void sayInPieces(List<Part> parts, int index, Step.Say say) {
        String itemId = id("msg_");
        parts.add(
                frame(
                        "response.output_item.added",
                        object("output_index", index, "item", message(itemId, ""))));
        boolean first = true;
        for (String piece : Dialect.pieces(say)) {
            if (!first && !say.delay().isZero()) {
                parts.add(new Part.Wait(say.delay()));
            }
            first = false;
            parts.add(
                    frame(
                            "response.output_text.delta",
                            object(
                                    "item_id",
                                    itemId,
                                    "output_index",
                                    index,
                                    "content_index",
                                    0,
                                    "delta",
                                    piece)));
        }
        itemDone(parts, index, message(itemId, say.text()));
    }

    private static void itemDone(List<Part> parts, int index, Map<String, Object> item) {
        parts.add(frame("response.output_item.done", object("output_index", index, "item", item)));
    }

    private static Map<String, Object> message(String id, String text) {
        List<Object> content =
                text.isEmpty() ? List.of() : List.of(object("type", "output_text", "text", text));
        return object("type", "message", "id", id, "role", "assistant", "content", content);
    }

    private static Map<String, Object> reasoning(String text) {
        return object(
                "type",
                "reasoning",
                "id",
                id("rs_"),
                "summary",
                List.of(object("type", "summary_text", "text", text)),
                "encrypted_content",
                "scripted");
    }

    private static Map<String, Object> functionCall(Step.Tool tool, CallId call) {
        return object(
                "type",
                "function_call",
                "id",
                id("fc_"),
                "call_id",
                call.value(),
                "name",
                "exec_command",
                "arguments",
                Json.write(object("cmd", ShellPatch.command(tool))));
    }

    private static Map<String, Object> usage(Usage usage) {
        return object(
                "input_tokens",
                usage.input(),
                "input_tokens_details",
                object("cached_tokens", usage.cached()),
                "output_tokens",
                usage.output(),
                "output_tokens_details",
                object("reasoning_tokens", usage.reasoning()),
                "total_tokens",
                usage.input() + usage.output());
    }

    private static Part frame(String type, Map<String, Object> fields) {
        Map<String, Object> data = object("type", type);
        data.putAll(fields);
        return new Part.Frame(type, Json.write(data));
    }

    private static String id(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "");
    }
}
