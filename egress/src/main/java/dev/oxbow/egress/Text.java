package dev.oxbow.egress;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The alphabet of HTTP. */
final class Text {
    /** Keeps every byte as one character. */
    static final Charset WIRE = StandardCharsets.ISO_8859_1;

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private Text() {}

    static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c ->
                                (c >= '0' && c <= '9')
                                        || (c >= 'a' && c <= 'z')
                                        || (c >= 'A' && c <= 'Z')
                                        || TOKEN_MARKS.indexOf(c) >= 0);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Removes spaces and tabs at both ends, and nothing else. */
    static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    static boolean isHex(String text, int most) {
        return !text.isEmpty()
                && text.length() <= most
                && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
    }
}
