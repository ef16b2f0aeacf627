package dev.oxbow.base;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds private keys in PEM form line by line, keeping in mind whether a block is open.
 *
 * <p>A line that does not look like the inside of a key ends the block, so that a text which only
 * mentions the header loses no more than that. Not safe for concurrent use.
 */
final class PemBlocks {
    static final String KEYWORD = "private key";
    static final String PLACEHOLDER = "[REDACTED_PRIVATE_KEY]";

    private static final Pattern BEGIN =
            Pattern.compile("-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----");
    private static final Pattern END =
            Pattern.compile("-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----");
    private static final Pattern INSIDE =
            Pattern.compile(
                    "[ \\t>|+\"'-]{0,16}(?:[A-Za-z0-9+/=]{0,256}|[A-Z][A-Za-z-]{2,30}:"
                            + " [^\\n]{0,200})[ \\t\\\\\"',n]{0,8}");

    private boolean open;

    /** Whether the next line may still belong to a key. */
    boolean open() {
        return open;
    }

    /**
     * Looks at one line.
     *
     * @param line without its end
     * @return what to replace in it, in order; the first line of a block gets the placeholder, the
     *     others become empty
     */
    List<Span> next(String line) {
        List<Span> spans = new ArrayList<>();
        int from = 0;
        if (open) {
            var end = END.matcher(line);
            if (end.find()) {
                spans.add(new Span(0, end.end(), ""));
                open = false;
                from = end.end();
            } else if (INSIDE.matcher(line).matches()) {
                if (!line.isBlank()) {
                    spans.add(new Span(0, line.length(), ""));
                }
                return spans;
            } else {
                open = false;
            }
        }
        var begin = BEGIN.matcher(line);
        while (from < line.length() && begin.find(from)) {
            var end = END.matcher(line);
            if (end.find(begin.end())) {
                spans.add(new Span(begin.start(), end.end(), PLACEHOLDER));
                from = end.end();
            } else {
                // What follows on the line is part of the block unless it reads like prose.
                boolean rest = INSIDE.matcher(line.substring(begin.end())).matches();
                open = rest;
                spans.add(
                        new Span(
                                begin.start(),
                                rest ? line.length() : escapedBody(line, begin.end()),
                                PLACEHOLDER));
                break;
            }
        }
        return spans;
    }

    /** Where a key that was cut inside a JSON text stops: line ends are escapes there. */
    private static int escapedBody(String line, int from) {
        int i = from;
        while (i < line.length() && isEscapedBody(line.charAt(i))) {
            i++;
        }
        return i - from >= 40 ? i : from;
    }

    private static boolean isEscapedBody(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "+/=\\".indexOf(c) >= 0;
    }
}
