package dev.oxbow.sandbox.faults;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What goes wrong at which call. One rule a line, {@code //} begins a comment:
 *
 * <pre>{@code
 * create#1,2: hang(61s)              // the first two calls
 * create#1-3: fail(429)              // the first three
 * list#2-: fail(503)                 // the second and all later ones
 * get: lie(creating)                 // every one
 * *: fail(503)                       // every call of every operation
 * }</pre>
 *
 * <p>The operations are those of {@link Operation}; the faults are {@code hang(d)}, {@code
 * delay(d)}, {@code fail(status or code, words or JSON)}, {@code reset(bytes)}, {@code
 * truncate(bytes)}, {@code garble(pieces)}, {@code lie(value)}, {@code vanish}, {@code
 * kill(signal,target)}, {@code fill}, {@code halfOpen}, {@code clock(±d)} and {@code lost}.
 * Immutable.
 */
public final class FaultScript {
    private static final Pattern LINE =
            Pattern.compile("(\\*|[A-Za-z]+)\\s*(?:#([0-9,\\-\\s]+))?\\s*:\\s*(.+)");
    private static final Pattern CALLS = Pattern.compile("(\\d{1,6})(-(\\d{1,6})?)?");

    private final List<Rule> rules;

    private FaultScript(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * One line.
     *
     * @param operation which calls; empty for all
     * @param calls which of them
     */
    private record Rule(Optional<Operation> operation, List<Calls> calls, Fault fault) {
        boolean concerns(Operation called, int number) {
            return operation.map(called::equals).orElse(true)
                    && calls.stream().anyMatch(c -> c.first() <= number && number <= c.last());
        }
    }

    private record Calls(int first, int last) {}

    /** A script in which nothing goes wrong. */
    public static FaultScript quiet() {
        return new FaultScript(List.of());
    }

    /**
     * Reads a script.
     *
     * @throws OxException {@code INVALID_ARGUMENT} naming the first line that is none
     */
    public static FaultScript parse(String text) {
        List<Rule> rules = new ArrayList<>();
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            int comment = raw.indexOf("//");
            String line = (comment < 0 ? raw : raw.substring(0, comment)).strip();
            if (!line.isEmpty()) {
                rules.add(rule(line, number));
            }
        }
        return new FaultScript(rules);
    }

    private static Rule rule(String line, int number) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw wrong(number, line, "a rule is written like 'create#1: hang(61s)'");
        }
        String word = parts.group(1);
        Optional<Operation> operation = Operation.of(word);
        if (operation.isEmpty() && !word.equals("*")) {
            throw wrong(number, line, "there is no operation '" + word + "'");
        }
        try {
            return new Rule(
                    operation,
                    calls(Optional.ofNullable(parts.group(2))),
                    FaultWords.fault(parts.group(3).strip(), operation));
        } catch (IllegalArgumentException | Json.MalformedJson e) {
            throw wrong(number, line, String.valueOf(e.getMessage())).causedBy(e);
        }
    }

    private static List<Calls> calls(Optional<String> text) {
        if (text.isEmpty()) {
            return List.of(new Calls(1, Integer.MAX_VALUE));
        }
        List<Calls> calls = new ArrayList<>();
        for (String part : text.get().split(",", -1)) {
            Matcher range = CALLS.matcher(part.strip());
            if (!range.matches()) {
                throw new IllegalArgumentException("'" + part.strip() + "' names no calls");
            }
            int first = Integer.parseInt(range.group(1));
            int last =
                    range.group(2) == null
                            ? first
                            : range.group(3) == null
                                    ? Integer.MAX_VALUE
                                    : Integer.parseInt(range.group(3));
            if (first < 1 || last < first) {
                throw new IllegalArgumentException("'" + part.strip() + "' names no calls");
            }
            calls.add(new Calls(first, last));
        }
        return calls;
    }

    private static OxException wrong(int number, String line, String why) {
        return OxException.of(
                ErrorCode.INVALID_ARGUMENT,
                "line %d of the fault script, '%s': %s",
                number,
                line,
                why);
    }

    /** What happens at that call, in the order of the lines; the first call has number 1. */
    List<Fault> faults(Operation operation, int call) {
        return rules.stream().filter(r -> r.concerns(operation, call)).map(Rule::fault).toList();
    }
}
