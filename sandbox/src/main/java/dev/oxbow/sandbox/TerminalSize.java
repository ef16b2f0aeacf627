package dev.oxbow.sandbox;

/**
 * Size of a terminal window in characters.
 *
 * @param columns 1 to 10000
 * @param rows 1 to 10000
 */
public record TerminalSize(int columns, int rows) {
    /** What a terminal has if nobody says otherwise. */
    public static final TerminalSize DEFAULT = new TerminalSize(200, 50);

    /** Refuses sizes outside the range. */
    public TerminalSize {
        if (columns < 1 || columns > 10_000 || rows < 1 || rows > 10_000) {
            throw new IllegalArgumentException("terminal size " + columns + "x" + rows);
        }
    }
}
