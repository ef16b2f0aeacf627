package dev.oxbow.agents;

import java.util.ArrayDeque;
import java.util.List;

/** The last lines of text that were no events: what is left to explain a crash. */
final class Tail {
    private static final int LINES = 20;
    private static final int WIDTH = 2000;

    private final ArrayDeque<String> lines = new ArrayDeque<>();

    void add(String line) {
        if (line.isBlank()) {
            return;
        }
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        lines.addLast(clip(line, WIDTH));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** The last line that says something, or nothing. */
    String last() {
        return lines.isEmpty() ? "" : lines.getLast();
    }

    /** All lines as one text, to be searched. */
    String text() {
        return String.join("\n", lines);
    }

    static String clip(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(width - 1)) ? width - 1 : width;
        return text.substring(0, end) + "…";
    }
}
