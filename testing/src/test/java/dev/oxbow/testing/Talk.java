package dev.oxbow.testing;

import dev.oxbow.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A conversation with a model server in one of its protocols, held as an agent would hold it. */
final class Talk implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ModelServer server;
    private final Protocol protocol;
    private final String session;
    private final List<Object> history = new ArrayList<>();
    private boolean tools = true;

    Talk(ModelServer server, Protocol protocol, String session) {
        this.server = server;
        this.protocol = protocol;
        this.session = session;
    }

    /** What a model said in one turn. */
    record Reply(
            int status, String text, String tool, JsonNode arguments, String callId, String raw) {}

    Talk withoutTools() {
        tools = false;
        return this;
    }

    Reply prompt(String text) {
        history.add(
                switch (protocol) {
                    case OPENAI_RESPONSES ->
                            Map.of(
                                    "type",
                                    "message",
                                    "role",
                                    "user",
                                    "content",
                                    List.of(Map.of("type", "input_text", "text", text)));
                    case OPENAI_CHAT -> Map.of("role", "user", "content", text);
                    case ANTHROPIC_MESSAGES ->
                            Map.of(
                                    "role",
                                    "user",
                                    "content",
                                    List.of(Map.of("type", "text", "text", text)));
                    case GEMINI -> Map.of("role", "user", "parts", List.of(Map.of("text", text)));
                });
        return ask();
    }

    Reply result(String callId, String text) {
        history.add(
                switch (protocol) {
                    case OPENAI_RESPONSES ->
                            Map.of(
                                    "type",
                                    "function_call_output",
                                    "call_id",
                                    callId,
                                    "output",
                                    text);
                    case OPENAI_CHAT ->
                            Map.of("role", "tool", "tool_call_id", callId, "content", text);
                    case ANTHROPIC_MESSAGES ->
                            Map.of(
                                    "role",
                                    "user",
                                    "content",
                                    List.of(
                                            Map.of(
                                                    "type",
                                                    "tool_result",
                                                    "tool_use_id",
                                                    callId,
                                                    "content",
                                                    text),
                                            Map.of(
                                                    "type",
                                                    "text",
                                                    "text",
                                                    "<system-reminder>x</system-reminder>")));
                    case GEMINI ->
                            Map.of(
                                    "role",
                                    "user",
                                    "parts",
                                    List.of(
                                            Map.of(
                                                    "functionResponse",
                                                    Map.of(
                                                            "id",
                                                            callId,
                                                            "name",
                                                            "x",
                                                            "response",
                                                            Map.of("output", text)))));
                });
        return ask();
    }

    Reply ask() {
        HttpResponse<String> response = send(true);
        return response.statusCode() == 200
                ? read(response.body())
                : new Reply(response.statusCode(), "", "", Json.tree("{}"), "", response.body());
    }

    HttpResponse<String> send(boolean stream) {
        Object offered = tools ? List.of(Map.of("name", "any")) : List.of();
        Map<String, Object> body =
                switch (protocol) {
                    case OPENAI_RESPONSES ->
                            Map.of(
                                    "model", "m", "stream", stream, "tools", offered, "input",
                                    history);
                    case GEMINI -> Map.of("contents", history, "tools", offered);
                    default ->
                            Map.of(
                                    "model",
                                    "m",
                                    "stream",
                                    stream,
                                    "tools",
                                    offered,
                                    "messages",
                                    history);
                };
        String path =
                switch (protocol) {
                    case OPENAI_RESPONSES -> "/responses";
                    case OPENAI_CHAT -> "/chat/completions";
                    case ANTHROPIC_MESSAGES -> "/v1/messages?beta=true";
                    case GEMINI ->
                            stream
                                    ? "/v1beta/models/m:streamGenerateContent?alt=sse"
                                    : "/v1beta/models/m:generateContent";
                };
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.baseUrl(protocol) + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("authorization", "Bearer the-key")
                        .header("session-id", session)
                        .header("x-session-id", session)
                        .header("x-claude-code-session-id", session)
                        .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Reply read(String stream) {
        StringBuilder text = new StringBuilder();
        String tool = "";
        String callId = "";
        String arguments = "{}";
        for (String line : stream.lines().toList()) {
            if (!line.startsWith("data: {")) {
                continue;
            }
            JsonNode data = Json.tree(line.substring(6));
            switch (protocol) {
                case OPENAI_RESPONSES -> {
                    text.append(data.path("delta").asString(""));
                    JsonNode item = data.path("item");
                    if (item.path("type").asString("").equals("function_call")) {
                        tool = item.path("name").stringValue();
                        callId = item.path("call_id").stringValue();
                        arguments = item.path("arguments").stringValue();
                    }
                }
                case OPENAI_CHAT -> {
                    JsonNode delta = data.path("choices").path(0).path("delta");
                    text.append(delta.path("content").asString(""));
                    JsonNode call = delta.path("tool_calls").path(0);
                    if (!call.isMissingNode()) {
                        tool = call.path("function").path("name").stringValue();
                        callId = call.path("id").stringValue();
                        arguments = call.path("function").path("arguments").stringValue();
                    }
                }
                case ANTHROPIC_MESSAGES -> {
                    JsonNode delta = data.path("delta");
                    text.append(delta.path("text").asString(""));
                    JsonNode block = data.path("content_block");
                    if (block.path("type").asString("").equals("tool_use")) {
                        tool = block.path("name").stringValue();
                        callId = block.path("id").stringValue();
                    }
                    if (delta.has("partial_json")) {
                        arguments = delta.path("partial_json").stringValue();
                    }
                }
                case GEMINI -> {
                    JsonNode part =
                            data.path("candidates").path(0).path("content").path("parts").path(0);
                    text.append(part.path("text").asString(""));
                    JsonNode call = part.path("functionCall");
                    if (!call.isMissingNode()) {
                        tool = call.path("name").stringValue();
                        callId = call.path("id").stringValue();
                        arguments = Json.write(call.path("args"));
                    }
                }
            }
        }
        return new Reply(200, text.toString(), tool, Json.tree(arguments), callId, stream);
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
