package dev.oxbow.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a terminal shows after it was sent some bytes, and the bytes that bring another one there.
 *
 * <p>Knows what programs use that are written for {@code xterm-256color}: cursor, colours,
 * scrolling parts, the alternate screen, line drawing, wide characters, and the modes of keys and
 * mouse. Not safe for concurrent use.
 *
 * <pre>{@code
 * TerminalScreen screen = new TerminalScreen(TerminalSize.DEFAULT, 1000);
 * screen.feed(shownSoFar);
 * other.write(screen.repaint());
 * }</pre>
 */
public final class TerminalScreen {
    private final ScreenState state;
    private final ScreenParser parser;

    /**
     * An empty screen.
     *
     * @param scrollback most lines kept above it, at least 0
     */
    public TerminalScreen(TerminalSize size, int scrollback) {
        state = new ScreenState(size, scrollback);
        parser = new ScreenParser(new ScreenInterpreter(state));
    }

    /** Shows more; sequences and characters may be cut anywhere between two calls. */
    public void feed(byte[] bytes) {
        parser.feed(bytes);
    }

    /** Goes on in another size; lines are cut or filled up, not wrapped anew. */
    public void resize(TerminalSize value) {
        state.resize(value);
    }

    /** Its size. */
    public TerminalSize size() {
        return state.size;
    }

    /** The rows that are seen, as plain text without blanks at their ends. */
    public List<String> lines() {
        return state.grid.rows().stream().map(ScreenLine::text).toList();
    }

    /**
     * Bytes that make a terminal of the same size, whatever it showed, show and behave the same.
     */
    public byte[] repaint() {
        return new ScreenPainter(state).paint().getBytes(StandardCharsets.UTF_8);
    }
}
