package dev.oxbow.workspace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One line of an ignore file, by the rules of gitignore(5). */
final class IgnorePattern {
    private final boolean negated;
    private final boolean directoriesOnly;
    private final boolean anchored;
    private final boolean ignoreCase;
    private final byte[] text;
    private final Shape shape;
    private final Optional<Wildcard> wildcard;

    /** How the text is compared; most patterns need no wildcard machine. */
    private enum Shape {
        LITERAL,
        SUFFIX,
        WILDCARD
    }

    private IgnorePattern(
            boolean negated, boolean directoriesOnly, boolean anchored, byte[] text, boolean fold) {
        this.negated = negated;
        this.directoriesOnly = directoriesOnly;
        this.anchored = anchored;
        this.ignoreCase = fold;
        if (!fold && isLiteral(text, 0)) {
            this.shape = Shape.LITERAL;
            this.text = text;
            this.wildcard = Optional.empty();
        } else if (!fold && !anchored && text[0] == '*' && isLiteral(text, 1)) {
            this.shape = Shape.SUFFIX;
            this.text = Arrays.copyOfRange(text, 1, text.length);
            this.wildcard = Optional.empty();
        } else {
            this.shape = Shape.WILDCARD;
            this.text = text;
            this.wildcard = Optional.of(new Wildcard(text, ignoreCase));
        }
    }

    /** The patterns of a file, in order. */
    static List<IgnorePattern> parse(byte[] file, boolean ignoreCase) {
        List<IgnorePattern> patterns = new ArrayList<>();
        int start =
                file.length >= 3
                                && (file[0] & 0xff) == 0xef
                                && (file[1] & 0xff) == 0xbb
                                && (file[2] & 0xff) == 0xbf
                        ? 3
                        : 0;
        for (int i = start; i <= file.length; i++) {
            if (i == file.length || file[i] == '\n') {
                int end = i > start && file[i - 1] == '\r' && i < file.length ? i - 1 : i;
                line(Arrays.copyOfRange(file, start, end), ignoreCase).ifPresent(patterns::add);
                start = i + 1;
            }
        }
        return patterns;
    }

    private static Optional<IgnorePattern> line(byte[] line, boolean ignoreCase) {
        int end = line.length;
        while (end > 0 && line[end - 1] == ' ' && !(end > 1 && line[end - 2] == '\\')) {
            end--;
        }
        int from = 0;
        if (end == 0 || line[0] == '#') {
            return Optional.empty();
        }
        boolean negated = line[0] == '!';
        if (negated) {
            from++;
        }
        boolean directoriesOnly = end > from && line[end - 1] == '/';
        if (directoriesOnly) {
            end--;
        }
        boolean anchored = false;
        for (int i = from; i < end; i++) {
            anchored |= line[i] == '/';
        }
        if (from < end && line[from] == '/') {
            from++;
        }
        return from >= end
                ? Optional.empty()
                : Optional.of(
                        new IgnorePattern(
                                negated,
                                directoriesOnly,
                                anchored,
                                Arrays.copyOfRange(line, from, end),
                                ignoreCase));
    }

    private static boolean isLiteral(byte[] text, int from) {
        for (int i = from; i < text.length; i++) {
            if (text[i] == '*' || text[i] == '?' || text[i] == '[' || text[i] == '\\') {
                return false;
            }
        }
        return true;
    }

    boolean negated() {
        return negated;
    }

    /**
     * Whether the pattern speaks of a name.
     *
     * @param relative its path from the directory of the ignore file
     * @param nameFrom where the last component begins in it
     */
    boolean matches(byte[] relative, int nameFrom, boolean directory) {
        if (directoriesOnly && !directory) {
            return false;
        }
        int from = anchored ? 0 : nameFrom;
        int length = relative.length - from;
        return switch (shape) {
            case LITERAL ->
                    length == text.length
                            && Arrays.equals(relative, from, relative.length, text, 0, text.length);
            case SUFFIX ->
                    length >= text.length
                            && Arrays.equals(
                                    relative,
                                    relative.length - text.length,
                                    relative.length,
                                    text,
                                    0,
                                    text.length);
            case WILDCARD ->
                    wildcard.orElseThrow()
                            .matches(Arrays.copyOfRange(relative, from, relative.length));
        };
    }
}
