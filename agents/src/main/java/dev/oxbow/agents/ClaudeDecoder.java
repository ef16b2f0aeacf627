package dev.oxbow.agents;

import static dev.oxbow.agents.ToolCalls.number;
import static dev.oxbow.agents.ToolCalls.text;

import dev.oxbow.agents.AgentEvent.AgentSession;
import dev.oxbow.agents.AgentEvent.Level;
import dev.oxbow.agents.AgentEvent.Message;
import dev.oxbow.agents.AgentEvent.MessageDelta;
import dev.oxbow.agents.AgentEvent.Notice;
import dev.oxbow.agents.AgentEvent.Reason;
import dev.oxbow.agents.AgentEvent.Reasoning;
import dev.oxbow.agents.AgentEvent.Retrying;
import dev.oxbow.agents.AgentEvent.Role;
import dev.oxbow.agents.AgentEvent.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code claude -p --output-format stream-json --verbose}. */
final class ClaudeDecoder extends JsonLineDecoder {
    private final ClaudeTools claudeTools;

    /** Blocks seen of each message: one line each, and all lines of a message share its id. */
    private final Map<String, Integer> blocks = new HashMap<>();

    private String streaming = "";
    private @Nullable ObjectNode result;

    ClaudeDecoder(DecoderContext context) {
        super(context);
        claudeTools = new ClaudeTools(story, paths);
    }

    @Override
    void read(ObjectNode line) {
        String type = super.kind(line);
        if (type.equals("system") && line.path("subtype").asString("").equals("init")) {
            init(line);
            return;
        }
        text(line, "session_id").ifPresent(this::session);
        switch (type) {
            case "system" -> system(line);
            case "assistant" -> assistant(line);
            case "user" -> user(line);
            case "stream_event" -> streamEvent(line);
            case "result" -> {
                result = line;
                quiet();
                usage().ifPresent(story::add);
            }
            default -> {}
        }
    }

    @Override
    String kind(ObjectNode line) {
        return text(line, "subtype")
                .map(subtype -> super.kind(line) + "/" + subtype)
                .orElseGet(() -> super.kind(line));
    }

    private void init(ObjectNode line) {
        List<String> tools = new ArrayList<>();
        line.path("tools").forEach(tool -> tools.add(tool.asString("")));
        story.session(
                new AgentSession(
                        line.path("session_id").asString(""),
                        context.resumed().isPresent(),
                        text(line, "cwd"),
                        text(line, "model"),
                        text(line, "claude_code_version"),
                        tools));
        quiet();
    }

    private void system(ObjectNode line) {
        String subtype = line.path("subtype").asString("");
        switch (subtype) {
            case "api_retry" -> {
                OptionalInt status = number(line, "error_status");
                story.add(
                        new Retrying(
                                line.path("attempt").asInt(0),
                                number(line, "max_retries"),
                                line.path("retry_delay_ms").isNumber()
                                        ? OptionalLong.of(
                                                Math.round(line.path("retry_delay_ms").asDouble()))
                                        : OptionalLong.empty(),
                                status,
                                line.path("error").asString("the request failed")));
            }
            case "permission_denied" -> {
                claudeTools.denied(line.path("tool_use_id").asString(""));
                story.add(
                        new Notice(
                                Level.WARNING,
                                Tail.clip(
                                        line.path("message").asString("a tool was denied"), 300)));
            }
            case "status" -> quiet();
            default -> {
                String said = text(line, "message").or(() -> text(line, "content")).orElse("");
                if (!said.isEmpty()) {
                    story.add(new Notice(Level.INFO, Tail.clip(said, 500)));
                } else if (subtype.startsWith("hook_")) {
                    story.add(new Notice(Level.INFO, subtype + " " + line.path("hook_name")));
                }
            }
        }
    }

    private void assistant(ObjectNode line) {
        JsonNode message = line.path("message");
        String messageId = message.path("id").asString("");
        Optional<String> parent = text(line, "parent_tool_use_id");
        boolean synthetic = message.path("model").asString("").equals("<synthetic>");
        for (JsonNode block : message.path("content")) {
            int index = blocks.merge(messageId, 1, Integer::sum) - 1;
            String itemId = messageId + ":" + index;
            switch (block.path("type").asString("")) {
                case "text" ->
                        story.add(
                                new Message(
                                        itemId,
                                        Role.ASSISTANT,
                                        block.path("text").asString(""),
                                        parent,
                                        synthetic ? Optional.of(true) : Optional.empty()));
                case "thinking" ->
                        story.add(
                                new Reasoning(itemId, block.path("thinking").asString(""), false));
                case "redacted_thinking" -> quiet();
                case "tool_use", "server_tool_use" -> claudeTools.use(block, parent);
                default -> {}
            }
        }
    }

    private void user(ObjectNode line) {
        JsonNode content = line.path("message").path("content");
        Optional<String> parent = text(line, "parent_tool_use_id");
        String uuid = line.path("uuid").asString("");
        if (content.isString()) {
            story.add(new Message(uuid, Role.USER, content.asString(), parent, Optional.empty()));
            return;
        }
        for (JsonNode block : content) {
            if (block.path("type").asString("").equals("tool_result")) {
                if (!claudeTools.result(block, line.path("tool_use_result"))) {
                    quiet();
                }
            } else if (block.path("type").asString("").equals("text")) {
                story.add(
                        new Message(
                                uuid,
                                Role.USER,
                                block.path("text").asString(""),
                                parent,
                                Optional.empty()));
            }
        }
    }

    /** Raw events of the model's stream; only text and thoughts are told as they come. */
    private void streamEvent(ObjectNode line) {
        JsonNode event = line.path("event");
        quiet();
        switch (event.path("type").asString("")) {
            case "message_start" -> streaming = event.path("message").path("id").asString("");
            case "content_block_delta" -> {
                String itemId = streaming + ":" + event.path("index").asInt(0);
                JsonNode delta = event.path("delta");
                text(delta, "text").ifPresent(t -> story.add(new MessageDelta(itemId, t)));
                text(delta, "thinking").ifPresent(t -> story.add(new Reasoning(itemId, t, true)));
            }
            default -> {}
        }
    }

    @Override
    Verdict verdict(ProcessEnd end) {
        int exit = end.exitCode().orElse(-1);
        if (result == null) {
            return tail.text().contains("Not logged in")
                    ? Verdict.failed(Reason.AUTH, "not logged in")
                    : failedSilently(end);
        }
        String subtype = result.path("subtype").asString("");
        boolean isError = result.path("is_error").asBoolean(false);
        String stop = result.path("stop_reason").asString("");
        if (exit == 0 && subtype.equals("success") && !isError) {
            return switch (stop) {
                case "max_tokens" ->
                        Verdict.failed(Reason.MAX_TOKENS, "the answer reached the model's limit");
                case "refusal" -> Verdict.failed(Reason.REFUSED, "the model refused");
                default -> new Verdict.Finished(text(result, "terminal_reason").orElse(stop));
            };
        }
        List<String> errors = new ArrayList<>();
        result.path("errors").forEach(error -> errors.add(error.asString("")));
        String message =
                text(result, "result")
                        .filter(said -> isError && !said.isEmpty())
                        .orElse(errors.isEmpty() ? subtype : String.join("; ", errors));
        if (message.contains("No conversation found")) {
            return Verdict.failed(Reason.ARGUMENTS, message);
        }
        if (result.path("terminal_reason").asString("").startsWith("aborted")) {
            return Verdict.failed(Reason.CANCELLED, message);
        }
        if (subtype.equals("success") && !isError) {
            return failedSilently(end);
        }
        return Verdict.failed(message, number(result, "api_error_status"));
    }

    @Override
    Optional<Usage> usage() {
        if (result == null || !result.path("usage").isObject()) {
            return Optional.empty();
        }
        JsonNode usage = result.path("usage");
        long read = usage.path("cache_read_input_tokens").asLong(0);
        long write = usage.path("cache_creation_input_tokens").asLong(0);
        return Optional.of(
                Usage.run(
                        usage.path("input_tokens").asLong(0) + read + write,
                        read,
                        write,
                        usage.path("output_tokens").asLong(0),
                        usage.path("output_tokens_details").path("thinking_tokens").asLong(0),
                        cost(result)));
    }

    /** What this run cost: said outright, or the session's sum less what it was before. */
    private Optional<Double> cost(JsonNode last) {
        JsonNode sinceLast = last.path("model_usage_since_last_result");
        if (sinceLast.isObject() && !sinceLast.isEmpty()) {
            double sum = 0;
            for (JsonNode model : sinceLast) {
                sum += model.path("costUSD").asDouble(0);
            }
            return Optional.of(sum);
        }
        if (!last.path("total_cost_usd").isNumber()) {
            return Optional.empty();
        }
        double total = last.path("total_cost_usd").asDouble();
        double before = context.totals().flatMap(SessionTotals::costUsd).orElse(0.0);
        return Optional.of(total >= before ? total - before : total);
    }

    @Override
    public Optional<SessionTotals> totals() {
        SessionTotals before = context.totals().orElse(SessionTotals.NONE);
        Optional<Double> sessionCost =
                result != null && result.path("total_cost_usd").isNumber()
                        ? Optional.of(result.path("total_cost_usd").asDouble())
                        : before.costUsd();
        return usage().map(before::plus).map(sum -> sum.withCost(sessionCost));
    }
}
