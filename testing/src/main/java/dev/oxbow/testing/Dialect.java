package dev.oxbow.testing;

import com.sun.net.httpserver.Headers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** How one protocol reads requests and writes turns. Stateless. */
sealed interface Dialect permits ChatDialect, GeminiDialect, MessagesDialect, ResponsesDialect {

    /** What tool call ids start with. */
    String callPrefix();

    /** Reads a request. */
    Exchange read(JsonNode body, Headers headers, String path);

    /** A turn as a stream; ends early at a {@link Step.FailInStream}. */
    List<Part> stream(Exchange exchange, Turn turn, CallId call);

    /** A turn as one JSON document. */
    Object whole(Exchange exchange, Turn turn, CallId call);

    /** The body of an answer with an error status; {@code type} may be empty. */
    Object error(int status, String type, String message);

    /** A tool call in the agent's own words. */
    record NativeCall(String name, Map<String, Object> arguments) {}

    /** A JSON object with its members in the order given: names and values alternate. */
    static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    /** A text in about equal pieces, none of which splits a character. */
    static List<String> pieces(Step.Say say) {
        int[] points = say.text().codePoints().toArray();
        int chunks = Math.max(1, Math.min(say.chunks(), points.length));
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            int from = (int) ((long) points.length * i / chunks);
            int to = (int) ((long) points.length * (i + 1) / chunks);
            pieces.add(new String(points, from, to - from));
        }
        return pieces;
    }

    /** All that a turn says, joined. */
    static String said(Turn turn) {
        StringBuilder all = new StringBuilder();
        turn.all(Step.Say.class).forEach(say -> all.append(say.text()));
        return all.toString();
    }

    /** All that a turn thinks, joined. */
    static String reasoned(Turn turn) {
        StringBuilder all = new StringBuilder();
        turn.all(Step.Reason.class).forEach(reason -> all.append(reason.text()));
        return all.toString();
    }

    /** A header's value, if it is there and not blank. */
    static Optional<String> header(Headers headers, String name) {
        return Optional.ofNullable(headers.getFirst(name)).filter(value -> !value.isBlank());
    }
}
