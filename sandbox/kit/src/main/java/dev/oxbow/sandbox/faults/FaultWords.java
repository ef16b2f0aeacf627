package dev.oxbow.sandbox.faults;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The right half of a line: from words to a fault. What is wrong is an illegal argument. */
final class FaultWords {
    private static final Pattern FAULT = Pattern.compile("([A-Za-z]+)(?:\\((.*)\\))?");
    private static final Pattern TIME = Pattern.compile("([+\\-±]?)(\\d{1,9})(ms|s|min|h|d)");
    private static final Pattern STATUS = Pattern.compile("[1-5]\\d\\d");

    private FaultWords() {}

    static Fault fault(String text, Optional<Operation> operation) {
        Matcher parts = FAULT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no fault");
        }
        String words = Optional.ofNullable(parts.group(2)).map(String::strip).orElse("");
        return switch (parts.group(1)) {
            case "hang" -> new Fault.Hang(time(words));
            case "delay" -> new Fault.Delay(time(words));
            case "fail" -> failure(words, operation);
            case "reset" -> new Fault.Reset(bytes(words));
            case "truncate" -> new Fault.Truncate(bytes(words));
            case "garble" -> new Fault.Garble(count(words));
            case "lie" -> new Fault.Lie(words);
            case "vanish" -> new Fault.Vanish();
            case "kill" -> kill(words);
            case "fill" -> new Fault.Fill();
            case "halfOpen" -> new Fault.HalfOpen();
            case "clock" -> new Fault.Clock(time(words));
            case "lost" -> new Fault.Lost();
            default -> throw new IllegalArgumentException("there is no fault '" + text + "'");
        };
    }

    private static Duration time(String text) {
        Matcher parts = TIME.matcher(text.replace(" ", ""));
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no time; write it like 61s");
        }
        long amount = Long.parseLong(parts.group(2));
        Duration time =
                switch (parts.group(3)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "min" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                };
        return parts.group(1).equals("-") ? time.negated() : time;
    }

    private static long bytes(String text) {
        return text.isEmpty() ? 0 : ByteSize.parse(text.replace("k", "K")).bytes();
    }

    private static int count(String text) {
        int count = text.isEmpty() ? 1 : Integer.parseInt(text);
        if (count < 1) {
            throw new IllegalArgumentException("at least one piece is damaged");
        }
        return count;
    }

    private static Fault kill(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("write it like kill(9,sandbox)");
        }
        return new Fault.Kill(Integer.parseInt(parts[0].strip()), parts[1].strip());
    }

    private static Fault failure(String words, Optional<Operation> operation) {
        int comma = words.indexOf(',');
        String first = (comma < 0 ? words : words.substring(0, comma)).strip();
        String rest = comma < 0 ? "" : words.substring(comma + 1).strip();
        Map<String, Object> context = new LinkedHashMap<>();
        String message = rest;
        if (rest.startsWith("{")) {
            message = "";
            for (Map.Entry<String, JsonNode> field : Json.tree(rest).properties()) {
                if (field.getKey().equals("message")) {
                    message = field.getValue().asString();
                } else {
                    context.put(field.getKey(), plain(field.getValue()));
                }
            }
        }
        ErrorCode code =
                STATUS.matcher(first).matches()
                        ? code(Integer.parseInt(first), operation, context)
                        : ErrorCode.byName(first)
                                .orElseThrow(() ->
                                        new IllegalArgumentException(
                                                "'" + first + "' is no status and no code"));
        return new Fault.Fail(code, message.isEmpty() ? "answered " + first : message, context);
    }

    private static Object plain(JsonNode value) {
        return value.isNumber() ? (Object) value.asLong() : value.asString();
    }

    /** What a status says, as an adapter of that technology would read it. */
    private static ErrorCode code(
            int status, Optional<Operation> operation, Map<String, Object> context) {
        boolean create = operation.filter(Operation.CREATE::equals).isPresent();
        return switch (status) {
            case 400, 422 -> ErrorCode.INVALID_SANDBOX_CONFIG;
            case 401, 403 -> ErrorCode.PROVIDER_AUTH_FAILED;
            case 404 -> ErrorCode.SANDBOX_NOT_FOUND;
            case 409 -> ErrorCode.OPERATION_INTERRUPTED;
            case 429 ->
                    create && !context.containsKey("retry_after_ms")
                            ? ErrorCode.QUOTA_EXCEEDED
                            : ErrorCode.PROVIDER_RATE_LIMITED;
            case 503 ->
                    context.containsKey("reason")
                            ? ErrorCode.CONTAINER_UNAVAILABLE
                            : ErrorCode.PROVIDER_UNAVAILABLE;
            case 504 -> ErrorCode.PROVIDER_TIMEOUT;
            case 507 -> ErrorCode.NO_SPACE;
            default -> ErrorCode.PROVIDER_UNAVAILABLE;
        };
    }
}
