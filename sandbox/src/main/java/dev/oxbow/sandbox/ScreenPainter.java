package dev.oxbow.sandbox;

/** Writes down a state as the sequences that bring a terminal of the same size into it. */
final class ScreenPainter {
    private static final char ESC = '\u001b';

    private final ScreenState state;
    private final StringBuilder out = new StringBuilder();

    ScreenPainter(ScreenState state) {
        this.state = state;
    }

    String paint() {
        out.append(
                "\u001b[!p\u001b[?1049l\u001b[r\u001b[0m\u001b(B\u000f\u001b[?7l\u001b[H\u001b[2J");
        state.main.above().forEach(line -> paint(line).append("\r\n"));
        for (int i = 0; i < state.main.rows().size(); i++) {
            paint(state.main.rows().get(i)).append(i == state.main.rows().size() - 1 ? "" : "\r\n");
        }
        if (state.grid == state.alternate) {
            goTo(state.savedMain.row(), state.savedMain.column());
            out.append("\u001b[?1049h\u001b[H\u001b[2J");
            for (int i = 0; i < state.alternate.rows().size(); i++) {
                goTo(i, 0);
                paint(state.alternate.rows().get(i));
            }
        }
        settings();
        cursor();
        return out.toString();
    }

    private StringBuilder paint(ScreenLine line) {
        line.paint(out);
        return out;
    }

    private void goTo(int row, int column) {
        out.append(ESC).append('[').append(row + 1).append(';').append(column + 1).append('H');
    }

    private void settings() {
        if (!state.grid.wholeRegion()) {
            out.append(ESC).append('[').append(state.grid.top() + 1).append(';');
            out.append(state.grid.bottom() + 1).append('r');
        }
        state.modes.forEach((mode, on) -> {
            if (mode == 7 || !on.equals(ScreenState.KEPT_MODES.get(mode))) {
                out.append(ESC).append("[?").append(mode).append(on ? 'h' : 'l');
            }
        });
        out.append(state.keypad ? "\u001b=" : "\u001b>");
        if (state.insertMode) {
            out.append("\u001b[4h");
        }
        if (!state.cursorShape.isEmpty()) {
            out.append(ESC).append('[').append(state.cursorShape).append(" q");
        }
        if (!state.title.isEmpty()) {
            out.append("\u001b]2;").append(state.title).append('\u0007');
        }
    }

    private void cursor() {
        if (state.originMode) {
            out.append("\u001b[?6h");
        }
        int first = state.originMode ? state.grid.top() : 0;
        goTo(state.grid.row() - first, state.grid.column());
        if (state.grid.wrapping()) {
            // Only a character put there again brings the cursor behind the last column.
            int at = state.grid.column();
            boolean wide = state.grid.line().text(at).isEmpty() && at > 0;
            goTo(state.grid.row() - first, wide ? at - 1 : at);
            out.append(state.grid.line().style(at).sequence());
            out.append(state.grid.line().text(wide ? at - 1 : at));
        }
        out.append(state.style.sequence());
        for (int i = 0; i < state.charsets.length; i++) {
            if (state.charsets[i] != 'B') {
                out.append(ESC).append(i == 0 ? '(' : ')').append(state.charsets[i]);
            }
        }
        if (state.charset == 1) {
            out.append('\u000e');
        }
    }
}
