package dev.oxbow.agents;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Cuts a stream of bytes into lines of text. A line is decoded only when it is whole, so that
 * neither a character nor a line end can be torn, wherever the bytes were cut.
 */
final class Lines {
    /** CSI, OSC ended by BEL or ESC \, charset choice, and single-character escapes. */
    private static final Pattern TERMINAL =
            Pattern.compile(
                    "\u001b(?:\\[[0-?]*["
                        + " -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)|[()][A-Za-z0-9]|[=>78cDEHMNOZ])|\r");

    /** Takes whole lines. */
    interface Sink {
        void line(String text);

        /** A line longer than the limit was dropped. */
        void tooLong();
    }

    private final int limit;
    private final Sink sink;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private boolean dropping;

    Lines(int limit, Sink sink) {
        this.limit = limit;
        this.sink = sink;
    }

    void feed(byte[] chunk) {
        int from = 0;
        for (int i = 0; i < chunk.length; i++) {
            if (chunk[i] == '\n') {
                keep(chunk, from, i);
                flush();
                from = i + 1;
            }
        }
        keep(chunk, from, chunk.length);
    }

    /** The stream is over: what is left is a line too. */
    void end() {
        if (partial.size() > 0 || dropping) {
            flush();
        }
    }

    private void keep(byte[] chunk, int from, int to) {
        if (dropping) {
            return;
        }
        if (partial.size() + (to - from) > limit) {
            partial.reset();
            dropping = true;
            return;
        }
        partial.write(chunk, from, to - from);
    }

    private void flush() {
        if (dropping) {
            dropping = false;
            sink.tooLong();
            return;
        }
        String line = partial.toString(StandardCharsets.UTF_8);
        partial.reset();
        sink.line(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }

    /** The text without what is meant for a terminal only. */
    static String plain(String line) {
        return line.indexOf('\u001b') < 0 && line.indexOf('\r') < 0
                ? line
                : TERMINAL.matcher(line).replaceAll("");
    }
}
