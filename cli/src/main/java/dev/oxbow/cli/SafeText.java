package dev.oxbow.cli;

import java.util.regex.Pattern;

/**
 * Makes text from a sandbox harmless for a terminal.
 *
 * <p>Escape sequences, other control characters and marks that reorder text are taken out; line
 * ends and tabs stay.
 */
final class SafeText {
    private static final Pattern ESCAPE_SEQUENCE =
            Pattern.compile(
                    "\u001b(?:\\[[0-?]{0,64}[ -/]{0,8}[@-~]?" // control sequence
                            + "|[\\]PX^_][^\u0007\u001b]{0,4096}(?:\u0007|\u001b\\\\)?" // string
                            + "|[ -/]{0,4}[0-~]?)");
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;:]{0,64}m");

    private SafeText() {}

    /** Nothing but visible characters, line ends and tabs. */
    static String clean(String text) {
        return withoutControls(ESCAPE_SEQUENCE.matcher(text).replaceAll(""));
    }

    /** As {@link #clean}, but colours stay; the caller resets them at the end. */
    static String cleanButColoured(String text) {
        StringBuilder out = new StringBuilder();
        var colour = COLOUR.matcher(text);
        int from = 0;
        while (colour.find()) {
            out.append(clean(text.substring(from, colour.start()))).append(colour.group());
            from = colour.end();
        }
        return out.append(clean(text.substring(from))).toString();
    }

    /** Clean and on one line of at most so many characters; runs of white space become one. */
    static String line(String text, int width) {
        return cut(clean(text).replaceAll("\\s+", " ").strip(), width);
    }

    /** A line of output: clean, as it is laid out, and not longer than so many characters. */
    static String output(String line, int width) {
        return cut(clean(line).replace("\t", "    ").replace('\n', ' ').stripTrailing(), width);
    }

    private static String cut(String one, int width) {
        if (one.length() <= width) {
            return one;
        }
        int cut = Math.max(1, width - 1);
        if (Character.isHighSurrogate(one.charAt(cut - 1))) {
            cut--;
        }
        return one.substring(0, cut) + "…";
    }

    private static String withoutControls(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean harmless = !isControl(c) && !reorders(c);
            if (harmless && out != null) {
                out.append(c);
            } else if (!harmless && out == null) {
                out = new StringBuilder(text.length()).append(text, 0, i);
            }
        }
        return out == null ? text : out.toString();
    }

    private static boolean isControl(char c) {
        return (c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f);
    }

    /** Bidirectional overrides and isolates can make a command look like another one. */
    private static boolean reorders(char c) {
        return (c >= '\u202a' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069')
                || c == '\u200e'
                || c == '\u200f'
                || c == '\u2028'
                || c == '\u2029';
    }
}
