package dev.oxbow.egress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The start line and fields of a message, read so strictly that no other reader can see another
 * message in the same bytes.
 *
 * @param start the first line
 * @param fields in the order they came
 */
record Head(String start, List<Field> fields) {
    /** Fields that concern one connection only and are never passed on. */
    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "proxy-connection",
                    "proxy-authorization",
                    "proxy-authenticate",
                    "keep-alive",
                    "te",
                    "trailer",
                    "upgrade");

    /** First line of a request. */
    static final Pattern REQUEST = Pattern.compile("[!-~]+ [!-~]+ HTTP/1\\.1");

    /** First line of an answer. */
    static final Pattern ANSWER =
            Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( [\\x20-\\x7E\\x80-\\xFF\\t]*)?");

    /** One field; the value has no blanks at its ends. */
    record Field(String name, String value) {
        boolean is(String lowerCaseName) {
            return Text.lower(name).equals(lowerCaseName);
        }
    }

    Head {
        fields = List.copyOf(fields);
    }

    /**
     * Reads a head to its empty line, and not one byte more.
     *
     * @param start what the first line must be; told as soon as it is complete, so that other
     *     protocols are refused without waiting for a header that never comes
     * @return empty if the connection ended before the first byte
     */
    static Optional<Head> read(Wire wire, Pattern start, int mostBytes)
            throws IOException, Refusal {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        if (wire.peek() < 0) {
            return Optional.empty();
        }
        for (int count = 1; ; count++) {
            if (count > mostBytes) {
                throw Refusal.of(EgressReason.AMBIGUOUS_REQUEST, 431, "the header is too large");
            }
            int b = next(wire);
            if (b == '\r') {
                if (next(wire) != '\n') {
                    throw Refusal.ambiguous("a carriage return stands without a line feed");
                }
                count++;
                if (line.isEmpty()) {
                    return Optional.of(of(lines));
                }
                if (lines.isEmpty() && !start.matcher(line).matches()) {
                    throw Refusal.ambiguous(
                            "the first line is not that of HTTP/1.1, and nothing else passes");
                }
                lines.add(line.toString());
                line.setLength(0);
            } else if (b == '\n') {
                throw Refusal.ambiguous("a line feed stands without a carriage return");
            } else if ((b < 32 && b != '\t') || b == 127) {
                throw Refusal.ambiguous("the header has a control character");
            } else {
                line.append((char) b);
            }
        }
    }

    private static int next(Wire wire) throws IOException, Refusal {
        int b = wire.read();
        if (b < 0) {
            throw Refusal.ambiguous("the connection ended inside the header");
        }
        return b;
    }

    private static Head of(List<String> lines) throws Refusal {
        if (lines.isEmpty()) {
            throw Refusal.ambiguous("the first line is empty");
        }
        List<Field> fields = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            fields.add(field(line));
        }
        return new Head(lines.getFirst(), fields);
    }

    static Field field(String line) throws Refusal {
        if (line.startsWith(" ") || line.startsWith("\t")) {
            throw Refusal.ambiguous("a header field is folded over two lines");
        }
        int colon = line.indexOf(':');
        if (colon < 0 || !Text.isToken(line.substring(0, colon))) {
            throw Refusal.ambiguous("a header field has no proper name");
        }
        return new Field(line.substring(0, colon), Text.trim(line.substring(colon + 1)));
    }

    /** All values of a field. */
    List<String> values(String lowerCaseName) {
        return fields.stream().filter(f -> f.is(lowerCaseName)).map(Field::value).toList();
    }

    boolean has(String lowerCaseName) {
        return fields.stream().anyMatch(f -> f.is(lowerCaseName));
    }

    /** The fields that may be passed on, as lines. */
    String passedOn(Set<String> without) {
        StringBuilder lines = new StringBuilder();
        for (Field field : fields) {
            String name = Text.lower(field.name());
            if (!HOP_BY_HOP.contains(name) && !without.contains(name)) {
                lines.append(field.name()).append(": ").append(field.value()).append("\r\n");
            }
        }
        return lines.toString();
    }
}
