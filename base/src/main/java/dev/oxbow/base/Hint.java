package dev.oxbow.base;

/**
 * A cheap question before a pattern is tried: ordinary text is full of keywords, and most of it can
 * be told from a secret by a glance. Where the text ends before that is clear, the answer is yes.
 */
@FunctionalInterface
interface Hint {
    /** Always worth a try. */
    Hint NONE = (_, _) -> true;

    /** The keyword does not stand inside a word; an escape or colour sequence may end before it. */
    Hint WORD_START = Hint::atWordStart;

    /** Some name follows, and then something that gives it a value. */
    Hint GIVEN = Hint::isGiven;

    /** The part of a URL that may hold a password ends in an at sign. */
    Hint USER_INFO = Hint::hasUserInfo;

    /** Whether the pattern may match there. */
    boolean allows(String text, int start);

    /** Longer than any name with what gives it a value. */
    int LONGEST_NAME = 128;

    /** Longer than any user and password that a URL is looked through for. */
    int LONGEST_USER_INFO = 512;

    private static boolean atWordStart(String text, int start) {
        if (start == 0) {
            return true;
        }
        char before = text.charAt(start - 1);
        if (!isWord(before)) {
            return true;
        }
        return (start >= 2 && text.charAt(start - 2) == '\\' && "nrtbf".indexOf(before) >= 0)
                || (start >= 3 && text.charAt(start - 3) == '%')
                || before == 'm';
    }

    private static boolean isGiven(String text, int start) {
        int end = Math.min(text.length(), start + LONGEST_NAME);
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '=' || c == ':') {
                return true;
            }
            if (!isWord(c) && ". \t\"'\\".indexOf(c) < 0) {
                return false;
            }
        }
        return end == text.length();
    }

    private static boolean hasUserInfo(String text, int start) {
        // Behind the two strokes of the scheme, of which no known one is longer.
        int scheme = text.indexOf("://", start);
        int end = Math.min(text.length(), start + LONGEST_USER_INFO);
        for (int i = scheme + 3; i < end; i++) {
            char c = text.charAt(i);
            if (c == '@') {
                return true;
            }
            if (c <= ' ' || c == '/' || c == '"' || c == '\'' || c == '\\') {
                return false;
            }
        }
        return end == text.length();
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-';
    }
}
