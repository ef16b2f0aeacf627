package dev.oxbow.testing;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a tool call. It tells by itself which turn made the call, so that the result is
 * followed by the right turn whatever happened to the server or the agent in between; and it is
 * never made twice, because agents drop results of ids that they have seen before.
 */
record CallId(String value, int scenario, int turn) {
    private static final Pattern SHAPE = Pattern.compile(".*ox[0-9a-f]{16}_(\\d{1,6})_(\\d{1,6})");
    private static final SecureRandom RANDOM = new SecureRandom();

    static CallId next(String prefix, int scenario, int turn) {
        String value = "%sox%016x_%d_%d".formatted(prefix, RANDOM.nextLong(), scenario, turn);
        return new CallId(value, scenario, turn);
    }

    static Optional<CallId> parse(String value) {
        Matcher matcher = SHAPE.matcher(value);
        return matcher.matches()
                ? Optional.of(
                        new CallId(
                                value,
                                Integer.parseInt(matcher.group(1)),
                                Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }
}
