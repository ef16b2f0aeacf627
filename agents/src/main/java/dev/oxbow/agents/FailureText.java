package dev.oxbow.agents;

import dev.oxbow.agents.AgentEvent.Reason;
import dev.oxbow.base.Json;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Finds the reason of a failure in what an agent says about it. */
final class FailureText {
    private static final Pattern STATUS =
            Pattern.compile(
                    "(?:last status: |unexpected status |\\bstatus(?: code)?["
                        + " :=]+|\"code\":\\s*|API Error: (?:scripted )?|HTTP )([45][0-9]{2})\\b");
    private static final Pattern AUTH =
            Pattern.compile(
                    "missing environment variable|not logged in|invalid api key|please run"
                        + " /login|unauthorized|authentication_error|unauthenticated|api key not"
                        + " valid|incorrect api key|must specify the gemini_api_key|set an auth"
                        + " method");
    private static final Pattern CONTEXT =
            Pattern.compile(
                    "context_length|context length|context window|prompt is too long|maximum"
                            + " context|input token count.*exceeds");
    private static final Pattern NETWORK =
            Pattern.compile(
                    "stream disconnected|error sending request|connection"
                        + " (?:refused|reset|error|failed|closed)|econnrefused|econnreset|enotfound|etimedout|eai_again|dns|unable"
                        + " to connect|cannot connect|fetch failed|socket hang up|socket connection"
                        + " was closed|\\bterminated\\b|network|proxy"
                        + " error|failedtoopensocket|connectionrefused");

    /** What the way out of a sandbox says, whatever the status it says it with. */
    private static final Pattern WAY_OUT =
            Pattern.compile(
                    "ox: (?:nobody answers at |\\S+ has no address"
                            + "|\\S+ closed the connection before its answer)");

    private FailureText() {}

    /** The message alone, where an agent passes on a server's JSON. */
    static String tidy(String message) {
        int from = message.indexOf('{');
        int to = message.lastIndexOf('}');
        if (from < 0 || to < from) {
            return message;
        }
        try {
            JsonNode error = Json.tree(message.substring(from, to + 1)).path("error");
            String inner = error.path("message").asString("");
            return inner.isEmpty() ? message : inner;
        } catch (Json.MalformedJson _) {
            // Braces in prose: the message stands as it is.
            return message;
        }
    }

    /** The HTTP status that a message quotes. */
    static OptionalInt status(String message) {
        Matcher matcher = STATUS.matcher(message);
        return matcher.find()
                ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
                : OptionalInt.empty();
    }

    /** What a message and a status come to; {@link Reason#MODEL} if they say nothing special. */
    static Reason reason(String message, OptionalInt status) {
        String text = message.toLowerCase(Locale.ROOT);
        if (CONTEXT.matcher(text).find()) {
            return Reason.CONTEXT;
        }
        if (WAY_OUT.matcher(text).find()) {
            return Reason.NETWORK;
        }
        if (status.isPresent()) {
            int code = status.getAsInt();
            if (code == 401 || code == 403) {
                return Reason.AUTH;
            }
            if (code == 429) {
                return Reason.RATE_LIMITED;
            }
            if (code >= 500) {
                return Reason.SERVER_ERROR;
            }
            if (code >= 400) {
                return Reason.MODEL;
            }
        }
        if (AUTH.matcher(text).find()) {
            return Reason.AUTH;
        }
        if (text.contains("experiencing high demand") || text.contains("overloaded")) {
            return Reason.SERVER_ERROR;
        }
        return NETWORK.matcher(text).find() ? Reason.NETWORK : Reason.MODEL;
    }
}
