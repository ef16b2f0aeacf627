package dev.oxbow.agents;

import dev.oxbow.agents.AgentEvent.FileChange;
import dev.oxbow.agents.AgentEvent.ToolCompleted;
import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Short spellings for the two events of a tool call. */
final class ToolCalls {
    private ToolCalls() {}

    static ToolStarted command(String callId, String name, JsonNode input, String command) {
        return new ToolStarted(
                callId,
                Optional.empty(),
                ToolKind.COMMAND,
                name,
                Optional.empty(),
                command.isBlank() ? name : Tail.clip(command, 200),
                orEmpty(input),
                Optional.of(command),
                List.of());
    }

    static ToolStarted mcp(String callId, String server, String name, JsonNode input) {
        return new ToolStarted(
                callId,
                Optional.empty(),
                ToolKind.MCP,
                name,
                Optional.of(server),
                server + ": " + name,
                orEmpty(input),
                Optional.empty(),
                List.of());
    }

    static ToolStarted files(
            String callId, ToolKind kind, String name, JsonNode input, List<String> paths) {
        return new ToolStarted(
                callId,
                Optional.empty(),
                kind,
                name,
                Optional.empty(),
                paths.isEmpty() ? name : Tail.clip(name + " " + String.join(" ", paths), 200),
                orEmpty(input),
                Optional.empty(),
                paths);
    }

    static ToolStarted inside(ToolStarted tool, Optional<String> parentCallId) {
        return new ToolStarted(
                tool.callId(),
                parentCallId,
                tool.kind(),
                tool.name(),
                tool.server(),
                tool.title(),
                tool.input(),
                tool.command(),
                tool.paths());
    }

    static ToolCompleted done(
            String callId,
            ToolStatus status,
            OptionalInt exitCode,
            Optional<String> output,
            Optional<String> error,
            List<FileChange> changes) {
        return new ToolCompleted(
                callId, status, exitCode, output, false, error, changes, OptionalLong.empty());
    }

    /** Text of a field; empty if it is absent, null or no text. */
    static Optional<String> text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isString() ? Optional.of(value.asString()) : Optional.empty();
    }

    static OptionalInt number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isInt() ? OptionalInt.of(value.asInt()) : OptionalInt.empty();
    }

    private static JsonNode orEmpty(JsonNode input) {
        return input.isMissingNode() || input.isNull()
                ? JsonNodeFactory.instance.objectNode()
                : input;
    }
}
