package dev.oxbow.testing;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads scripts written as JSON. A step is an object whose first member names what is done; unknown
 * members are refused, so that a typing error never silently changes a test.
 */
final class ScriptFile {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private ScriptFile() {}

    static Script load(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "the script %s cannot be read", file)
                    .causedBy(e);
        }
    }

    static Script parse(String json) {
        JsonNode root;
        try {
            root = Json.tree(json);
        } catch (Json.MalformedJson e) {
            throw invalid("it is not JSON: " + e.getMessage()).causedBy(e);
        }
        members(root, "the script", Set.of("title", "prompts", "fallback"));
        Script.Builder script = Script.builder();
        if (root.has("title")) {
            script.title(text(root, "title"));
        }
        for (JsonNode prompt : root.path("prompts")) {
            members(prompt, "a prompt", Set.of("match", "steps"));
            script.when(text(prompt, "match"), steps -> all(steps, prompt.path("steps")));
        }
        if (root.has("fallback")) {
            script.otherwise(steps -> all(steps, root.path("fallback")));
        }
        return script.build();
    }

    private static Script.Steps all(Script.Steps steps, JsonNode list) {
        if (!list.isArray()) {
            throw invalid("steps must be a list");
        }
        for (JsonNode step : list) {
            add(steps, step);
        }
        return steps;
    }

    private static void add(Script.Steps steps, JsonNode step) {
        List<String> names = new ArrayList<>(step.propertyNames());
        if (names.isEmpty()) {
            throw invalid("a step must be an object with the name of what is done");
        }
        String kind = names.getFirst();
        switch (kind) {
            case "say" -> {
                members(step, kind, Set.of("say", "chunks", "delay"));
                Duration delay = step.has("delay") ? time(text(step, "delay")) : Duration.ZERO;
                steps.say(text(step, kind), number(step, "chunks", 1), delay);
            }
            case "reason" -> steps.reason(only(step, kind));
            case "run" -> steps.run(only(step, kind));
            case "read" -> steps.read(only(step, kind));
            case "hang" -> steps.hang(time(only(step, kind)));
            case "expect" -> steps.expect(only(step, kind));
            case "write" -> {
                members(step, kind, Set.of("write", "content"));
                steps.write(text(step, kind), text(step, "content"));
            }
            case "edit" -> {
                members(step, kind, Set.of("edit", "old", "new"));
                steps.edit(text(step, kind), text(step, "old"), text(step, "new"));
            }
            case "usage" -> {
                members(step, kind, Set.of("usage"));
                steps.usage(usage(step.path("usage")));
            }
            case "error" -> {
                members(step, kind, Set.of("error", "type", "message", "times"));
                int status = number(step, kind, 0);
                if (status < 400 || status > 599) {
                    throw invalid("the status of an error must be 400 to 599");
                }
                String message = optional(step, "message", "scripted " + status);
                String type = optional(step, "type", "");
                steps.add(new Step.Fail(status, type, message, number(step, "times", 0)));
            }
            case "errorInStream" -> {
                members(step, kind, Set.of("errorInStream", "type", "times"));
                String type = optional(step, "type", "");
                int times = number(step, "times", 0);
                steps.add(new Step.FailInStream(type, text(step, kind), times));
            }
            case "cutAfterBytes" -> {
                members(step, kind, Set.of(kind, "times"));
                steps.add(new Step.CutAfterBytes(number(step, kind, 0), number(step, "times", 0)));
            }
            case "cutAfterFrames" -> {
                members(step, kind, Set.of(kind, "times"));
                steps.add(new Step.CutAfterFrames(number(step, kind, 0), number(step, "times", 0)));
            }
            default -> throw invalid("there is no step '" + kind + "'");
        }
    }

    private static Usage usage(JsonNode node) {
        members(node, "usage", Set.of("input", "cached", "output", "reasoning"));
        try {
            return new Usage(
                    number(node, "input", 0),
                    number(node, "cached", 0),
                    number(node, "output", 0),
                    number(node, "reasoning", 0));
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static String only(JsonNode step, String name) {
        members(step, name, Set.of(name));
        return text(step, name);
    }

    private static void members(JsonNode node, String where, Set<String> known) {
        if (!node.isObject()) {
            throw invalid(where + " must be an object");
        }
        Set<String> unknown = new TreeSet<>(node.propertyNames());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw invalid("%s has no member %s".formatted(where, String.join(", ", unknown)));
        }
    }

    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isString()) {
            throw invalid("'%s' must be a text".formatted(name));
        }
        return value.stringValue();
    }

    private static String optional(JsonNode node, String name, String otherwise) {
        return node.has(name) ? text(node, name) : otherwise;
    }

    private static int number(JsonNode node, String name, int otherwise) {
        if (!node.has(name)) {
            return otherwise;
        }
        JsonNode value = node.path(name);
        if (!value.isInt() || value.intValue() < 0) {
            throw invalid("'%s' must be a whole number".formatted(name));
        }
        return value.intValue();
    }

    private static Duration time(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw invalid("'%s' is not a time; write it like 250ms, 2s or 5m".formatted(text));
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    private static OxException invalid(String why) {
        return OxException.of(ErrorCode.INVALID_ARGUMENT, "the script is not valid: %s", why);
    }
}
