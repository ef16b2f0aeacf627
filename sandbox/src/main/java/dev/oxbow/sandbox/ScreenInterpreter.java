package dev.oxbow.sandbox;

import java.util.List;

/** What each part of the stream does to the screen. */
final class ScreenInterpreter implements ScreenParser.Actions {
    private static final String DRAWING = "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";

    private final ScreenState state;
    private String last = "";

    ScreenInterpreter(ScreenState state) {
        this.state = state;
    }

    @Override
    public void print(int character) {
        int drawn = character;
        if (state.charsets[state.charset] == '0' && character >= 0x60 && character <= 0x7e) {
            drawn = DRAWING.charAt(character - 0x60);
        }
        int width = ScreenWidth.of(drawn);
        String text = Character.toString(drawn);
        if (width == 0) {
            state.grid.combine(text);
        } else {
            last = width > state.grid.columns() ? "\ufffd" : text;
            put(last, Math.min(width, state.grid.columns()));
        }
    }

    private void put(String text, int width) {
        state.grid.put(
                text, width, state.style, state.modes.getOrDefault(7, true), state.insertMode);
    }

    @Override
    public void control(int code) {
        switch (code) {
            case 0x08 -> state.grid.move(state.grid.row(), state.grid.column() - 1);
            case 0x09 -> tab(1);
            case 0x0a, 0x0b, 0x0c -> state.grid.feed(state.style);
            case 0x0d -> state.grid.move(state.grid.row(), 0);
            case 0x0e -> state.charset = 1;
            case 0x0f -> state.charset = 0;
            default -> {
                // The others are not seen.
            }
        }
    }

    private void tab(int count) {
        int to = state.grid.column();
        for (int i = 0; i < count; i++) {
            Integer next = state.tabs.higher(to);
            to = next == null ? state.grid.columns() - 1 : Math.min(next, state.grid.columns() - 1);
        }
        state.grid.move(state.grid.row(), to);
    }

    private void tabBack(int count) {
        int to = state.grid.column();
        for (int i = 0; i < count; i++) {
            Integer next = state.tabs.lower(to);
            to = next == null ? 0 : next;
        }
        state.grid.move(state.grid.row(), to);
    }

    @Override
    public void escape(String intermediates, char c) {
        switch (intermediates + c) {
            case "7" -> state.saveOrRestore(true);
            case "8" -> state.saveOrRestore(false);
            case "D" -> state.grid.feed(state.style);
            case "E" -> {
                state.grid.move(state.grid.row(), 0);
                state.grid.feed(state.style);
            }
            case "H" -> state.tabs.add(state.grid.column());
            case "M" -> state.grid.reverse(state.style);
            case "=" -> state.keypad = true;
            case ">" -> state.keypad = false;
            case "c" -> whole();
            case "#8" -> state.grid.fill("E");
            default -> {
                if (intermediates.equals("(")) {
                    state.charsets[0] = c;
                } else if (intermediates.equals(")")) {
                    state.charsets[1] = c;
                }
            }
        }
    }

    private void whole() {
        state.show(false);
        state.reset();
        state.usualTabs();
        state.cursorShape = "";
        state.grid.eraseRows(0, state.grid.rows().size(), ScreenStyle.PLAIN);
        state.grid.move(0, 0);
    }

    @Override
    public void command(String text) {
        if (text.startsWith("0;") || text.startsWith("2;")) {
            state.title =
                    text.substring(2)
                            .codePoints()
                            .filter(c -> !Character.isISOControl(c))
                            .collect(
                                    StringBuilder::new,
                                    StringBuilder::appendCodePoint,
                                    StringBuilder::append)
                            .toString();
        }
    }

    @Override
    public void sequence(String marks, List<String> parameters, char c) {
        int first = ScreenParser.number(parameters.getFirst(), 0);
        int count = Math.max(1, first);
        switch (marks + c) {
            case "?h", "?l" ->
                    parameters.forEach(p -> state.mode(ScreenParser.number(p, 0), c == 'h'));
            case "h", "l" -> state.insertMode = first == 4 ? c == 'h' : state.insertMode;
            case "!p" -> state.reset();
            case " q" -> state.cursorShape = Integer.toString(first);
            case "m" -> state.style = state.style.after(parameters);
            case "r" -> {
                int end = ScreenParser.number(at(parameters, 1), 0);
                int rows = state.grid.rows().size();
                state.grid.region(count - 1, (end < 1 || end > rows ? rows : end) - 1);
                state.grid.move(state.originMode ? state.grid.top() : 0, 0);
            }
            case "s" -> state.saveOrRestore(true);
            case "u" -> state.saveOrRestore(false);
            case "g" -> {
                if (first == 3) {
                    state.tabs.clear();
                } else {
                    state.tabs.remove(state.grid.column());
                }
            }
            case "b" -> {
                for (int i = 0; i < Math.min(count, 10_000) && !last.isEmpty(); i++) {
                    put(last, ScreenWidth.of(last.codePointAt(0)));
                }
            }
            default -> {
                if (!moved(marks + c, parameters, count)) {
                    edited(marks + c, first, count);
                }
            }
        }
    }

    private boolean moved(String what, List<String> parameters, int count) {
        int row = state.grid.row();
        int column = state.grid.column();
        switch (what) {
            case "A" -> state.grid.moveBy(-count);
            case "B", "e" -> state.grid.moveBy(count);
            case "C", "a" -> state.grid.move(row, column + count);
            case "D" -> state.grid.move(row, column - count);
            case "E" -> {
                state.grid.moveBy(count);
                state.grid.move(state.grid.row(), 0);
            }
            case "F" -> {
                state.grid.moveBy(-count);
                state.grid.move(state.grid.row(), 0);
            }
            case "G", "`" -> state.grid.move(row, count - 1);
            case "d" -> goTo(count - 1, column);
            case "H", "f" ->
                    goTo(count - 1, Math.max(1, ScreenParser.number(at(parameters, 1), 1)) - 1);
            case "I" -> tab(Math.min(count, 10_000));
            case "Z" -> tabBack(Math.min(count, 10_000));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void goTo(int row, int column) {
        int to = state.originMode ? Math.min(row + state.grid.top(), state.grid.bottom()) : row;
        state.grid.move(to, column);
    }

    private void edited(String what, int first, int count) {
        ScreenStyle blank = state.style.erased();
        int at = state.grid.column();
        switch (what) {
            case "J", "?J" -> eraseScreen(first);
            case "K", "?K" ->
                    state.grid
                            .line()
                            .erase(
                                    first == 0 ? at : 0,
                                    first == 1 ? at + 1 : state.grid.columns(),
                                    blank);
            case "L" -> state.grid.insertLines(count, state.style);
            case "M" -> state.grid.deleteLines(count, state.style);
            case "P" -> state.grid.line().delete(at, count, blank);
            case "@" -> state.grid.line().insert(at, count, blank);
            case "X" ->
                    state.grid
                            .line()
                            .erase(
                                    at,
                                    Math.min(
                                            (int) Math.min((long) at + count, 100_000),
                                            state.grid.columns()),
                                    blank);
            case "S" -> state.grid.scrollUp(count, state.style);
            case "T" -> state.grid.scrollDown(count, state.style);
            default -> {
                // A question to the terminal, or nothing that is seen.
            }
        }
    }

    private void eraseScreen(int which) {
        ScreenStyle blank = state.style.erased();
        int rows = state.grid.rows().size();
        switch (which) {
            case 0 -> {
                state.grid.line().erase(state.grid.column(), state.grid.columns(), blank);
                state.grid.eraseRows(state.grid.row() + 1, rows, state.style);
            }
            case 1 -> {
                state.grid.eraseRows(0, state.grid.row(), state.style);
                state.grid.line().erase(0, state.grid.column() + 1, blank);
            }
            case 2 -> state.grid.eraseRows(0, rows, state.style);
            case 3 -> state.grid.forgetAbove();
            default -> {
                // Nothing else is defined.
            }
        }
    }

    private static String at(List<String> parameters, int index) {
        return index < parameters.size() ? parameters.get(index) : "";
    }
}
