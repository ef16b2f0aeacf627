package dev.oxbow.testing;

import java.util.Optional;
import java.util.regex.Pattern;

/** What a path asks for, in which protocol. */
record Route(Kind kind, Optional<Protocol> protocol, Dialect dialect) {
    private static final Pattern GEMINI_TURN =
            Pattern.compile("/v1(beta|alpha)?/models/[^/:]+:(stream)?[gG]enerateContent");
    private static final Pattern GEMINI_COUNT =
            Pattern.compile("/v1(beta|alpha)?/models/[^/:]+:countTokens");

    enum Kind {
        TURN,
        COUNT,
        MODELS,
        PROBE
    }

    static Optional<Route> of(String method, String path) {
        return switch (method) {
            case "POST" -> post(path);
            case "GET", "HEAD" -> get(method, path);
            default -> Optional.empty();
        };
    }

    private static Optional<Route> post(String path) {
        return switch (path) {
            case "/v1/responses" -> turn(Protocol.OPENAI_RESPONSES, new ResponsesDialect());
            case "/v1/chat/completions" -> turn(Protocol.OPENAI_CHAT, new ChatDialect());
            case "/v1/messages" -> turn(Protocol.ANTHROPIC_MESSAGES, new MessagesDialect());
            case "/v1/messages/count_tokens" ->
                    count(Protocol.ANTHROPIC_MESSAGES, new MessagesDialect());
            default -> {
                if (GEMINI_TURN.matcher(path).matches()) {
                    yield turn(Protocol.GEMINI, new GeminiDialect());
                }
                yield GEMINI_COUNT.matcher(path).matches()
                        ? count(Protocol.GEMINI, new GeminiDialect())
                        : Optional.empty();
            }
        };
    }

    private static Optional<Route> get(String method, String path) {
        Dialect dialect = new ResponsesDialect();
        return switch (path) {
            case "/v1/models" -> Optional.of(new Route(Kind.MODELS, Optional.empty(), dialect));
            case "/" ->
                    method.equals("HEAD")
                            ? Optional.of(new Route(Kind.PROBE, Optional.empty(), dialect))
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Route> turn(Protocol protocol, Dialect dialect) {
        return Optional.of(new Route(Kind.TURN, Optional.of(protocol), dialect));
    }

    private static Optional<Route> count(Protocol protocol, Dialect dialect) {
        return Optional.of(new Route(Kind.COUNT, Optional.of(protocol), dialect));
    }
}
