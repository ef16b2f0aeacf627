package dev.oxbow.sandbox;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that a terminal remembers between two characters. */
final class ScreenState {
    /** Private modes that are given on as they are, and whether they are on at the start. */
    static final Map<Integer, Boolean> KEPT_MODES =
            Map.ofEntries(
                    Map.entry(1, false),
                    Map.entry(7, true),
                    Map.entry(9, false),
                    Map.entry(25, true),
                    Map.entry(1000, false),
                    Map.entry(1002, false),
                    Map.entry(1003, false),
                    Map.entry(1004, false),
                    Map.entry(1005, false),
                    Map.entry(1006, false),
                    Map.entry(1015, false),
                    Map.entry(2004, false));

    final ScreenGrid main;
    ScreenGrid alternate;
    ScreenGrid grid;
    TerminalSize size;
    ScreenStyle style = ScreenStyle.PLAIN;
    final Map<Integer, Boolean> modes = new TreeMap<>(KEPT_MODES);
    final TreeSet<Integer> tabs = new TreeSet<>();
    final char[] charsets = {'B', 'B'};
    int charset;
    boolean originMode;
    boolean insertMode;
    boolean keypad;
    String cursorShape = "";
    String title = "";
    Saved savedMain = Saved.HOME;
    private Saved savedAlternate = Saved.HOME;

    /** What DECSC keeps. */
    record Saved(int row, int column, ScreenStyle style, boolean origin, char g0, char g1) {
        static final Saved HOME = new Saved(0, 0, ScreenStyle.PLAIN, false, 'B', 'B');
    }

    ScreenState(TerminalSize size, int scrollback) {
        this.size = size;
        main = new ScreenGrid(size, scrollback);
        alternate = new ScreenGrid(size, 0);
        grid = main;
        usualTabs();
    }

    void resize(TerminalSize value) {
        size = value;
        main.resize(value);
        alternate.resize(value);
    }

    void usualTabs() {
        tabs.clear();
        for (int at = 8; at < 10_000; at += 8) {
            tabs.add(at);
        }
    }

    void reset() {
        style = ScreenStyle.PLAIN;
        modes.putAll(KEPT_MODES);
        charsets[0] = 'B';
        charsets[1] = 'B';
        charset = 0;
        originMode = false;
        insertMode = false;
        keypad = false;
        grid.region(0, grid.rows().size() - 1);
    }

    void mode(int mode, boolean on) {
        switch (mode) {
            case 6 -> {
                originMode = on;
                grid.move(on ? grid.top() : 0, 0);
            }
            case 47, 1047 -> show(on);
            case 1048 -> saveOrRestore(on);
            case 1049 -> {
                if (on && grid == main) {
                    saveOrRestore(true);
                    alternate = new ScreenGrid(size, 0);
                    show(true);
                } else if (!on && grid == alternate) {
                    show(false);
                    saveOrRestore(false);
                }
            }
            default -> modes.computeIfPresent(mode, (_, _) -> on);
        }
    }

    void show(boolean other) {
        ScreenGrid next = other ? alternate : main;
        if (next != grid) {
            next.move(grid.row(), grid.column());
            grid = next;
        }
    }

    void saveOrRestore(boolean save) {
        if (save) {
            Saved now =
                    new Saved(
                            grid.row(), grid.column(), style, originMode, charsets[0], charsets[1]);
            if (grid == main) {
                savedMain = now;
            } else {
                savedAlternate = now;
            }
            return;
        }
        Saved saved = grid == main ? savedMain : savedAlternate;
        style = saved.style();
        originMode = saved.origin();
        charsets[0] = saved.g0();
        charsets[1] = saved.g1();
        grid.move(saved.row(), saved.column());
    }
}
