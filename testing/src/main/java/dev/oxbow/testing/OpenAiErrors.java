package dev.oxbow.testing;

import java.util.Map;

/** Error bodies that both OpenAI protocols share. */
final class OpenAiErrors {
    private OpenAiErrors() {}

    static Map<String, Object> body(int status, String type, String message) {
        String word = type.isEmpty() ? usual(status) : type;
        return Dialect.object(
                "error", Dialect.object("message", message, "type", word, "code", word));
    }

    private static String usual(int status) {
        return switch (status) {
            case 401, 403 -> "authentication_error";
            case 429 -> "rate_limit_error";
            default -> status >= 500 ? "server_error" : "invalid_request_error";
        };
    }
}
