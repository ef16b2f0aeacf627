package dev.oxbow.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What a request to a model asks, whatever its protocol.
 *
 * @param model the model named
 * @param stream whether a stream is wanted
 * @param tools whether tools are offered; agents ask for titles without them
 * @param session the agent's own name for the conversation
 * @param firstPrompt the oldest text of the user
 * @param prompt the newest text of the user
 * @param results tool results after it, oldest first
 * @param directory the agent's working directory, where the request tells it
 */
record Exchange(
        String model,
        boolean stream,
        boolean tools,
        Optional<String> session,
        String firstPrompt,
        String prompt,
        List<Result> results,
        Optional<String> directory) {

    /** One tool result. */
    record Result(String callId, String text) {}

    Exchange {
        results = List.copyOf(results);
    }

    /** The path as the agents want it that refuse relative ones. */
    String absolute(String path) {
        return path.startsWith("/") ? path : directory.orElse("/workspace") + "/" + path;
    }

    /**
     * Goes through a history from old to new, telling prompts from what agents add by themselves.
     */
    static final class Reader {
        /** Texts in the user's role that no user wrote start with one of these. */
        private static final Pattern ADDED =
                Pattern.compile(
                        "\\s*(<(environment_context|user_instructions|system-reminder|session_context|permissions|skills|INSTRUCTIONS|turn_aborted)\\b|#"
                            + " AGENTS\\.md).*",
                        Pattern.DOTALL);

        private static final Pattern DIRECTORY =
                Pattern.compile(
                        "(?:<cwd>|[Ww]orking directory: |Workspace Directories:\\s*- )"
                                + "(/[^\\n<\"]*[^\\n<\"\\s.,])");

        private Optional<String> first = Optional.empty();
        private String newest = "";
        private Optional<String> directory = Optional.empty();
        private final List<Result> results = new ArrayList<>();

        /** A text that says where the agent works, or not. */
        void background(String text) {
            Matcher matcher = DIRECTORY.matcher(text);
            if (directory.isEmpty() && matcher.find()) {
                directory = Optional.of(matcher.group(1));
            }
        }

        /** A text in the user's role. */
        void user(String text) {
            background(text);
            if (!text.isBlank() && !ADDED.matcher(text).matches()) {
                first = first.or(() -> Optional.of(text));
                newest = text;
                results.clear();
            }
        }

        /** The result of a tool call. */
        void result(String callId, String text) {
            results.add(new Result(callId, text));
        }

        Exchange done(String model, boolean stream, boolean tools, Optional<String> session) {
            return new Exchange(
                    model, stream, tools, session, first.orElse(""), newest, results, directory);
        }
    }

    /** All text below a node that is a text, a part or a list of parts. */
    static String text(JsonNode content) {
        if (content.isString()) {
            return content.stringValue();
        }
        if (content.isArray()) {
            StringBuilder all = new StringBuilder();
            content.forEach(part -> all.append(text(part)));
            return all.toString();
        }
        return content.path("text").asString("");
    }
}
