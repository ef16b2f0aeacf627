package dev.oxbow.sandbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The rows of a screen, a cursor among them, and what has scrolled off above. */
final class ScreenGrid {
    private final Deque<ScreenLine> above = new ArrayDeque<>();
    private final List<ScreenLine> rows = new ArrayList<>();
    private final int scrollback;
    private int columns;
    private int top;
    private int bottom;
    private int row;
    private int column;
    private boolean wrapping;

    ScreenGrid(TerminalSize size, int scrollback) {
        this.scrollback = scrollback;
        columns = size.columns();
        for (int i = 0; i < size.rows(); i++) {
            rows.add(new ScreenLine(columns, ScreenStyle.PLAIN));
        }
        bottom = size.rows() - 1;
    }

    int columns() {
        return columns;
    }

    int row() {
        return row;
    }

    int column() {
        return column;
    }

    int top() {
        return top;
    }

    int bottom() {
        return bottom;
    }

    /** Whether the next character goes to the next line: the last one filled the row. */
    boolean wrapping() {
        return wrapping;
    }

    ScreenLine line() {
        return rows.get(row);
    }

    List<ScreenLine> rows() {
        return rows;
    }

    Iterable<ScreenLine> above() {
        return above;
    }

    void move(int toRow, int toColumn) {
        row = Math.clamp(toRow, 0, rows.size() - 1);
        column = Math.clamp(toColumn, 0, columns - 1);
        wrapping = false;
    }

    /** Moves up or down, not out of the scrolling part if it began inside. */
    void moveBy(int down) {
        int first = row >= top ? top : 0;
        int last = row <= bottom ? bottom : rows.size() - 1;
        move(Math.clamp((long) row + down, first, last), column);
    }

    void region(int first, int last) {
        if (first < last && last < rows.size()) {
            top = first;
            bottom = last;
        }
    }

    boolean wholeRegion() {
        return top == 0 && bottom == rows.size() - 1;
    }

    void put(String text, int width, ScreenStyle style, boolean wrap, boolean insert) {
        if (wrapping || column + width > columns) {
            if (wrap) {
                column = 0;
                wrapping = false;
                feed(style);
            } else {
                column = Math.max(0, columns - width);
            }
        }
        if (insert) {
            line().insert(column, width, style.erased());
        }
        if (width == 2) {
            line().putWide(column, text, style);
        } else {
            line().put(column, text, style);
        }
        column += width;
        if (column >= columns) {
            column = columns - 1;
            wrapping = true;
        }
    }

    void combine(String mark) {
        line().combine(wrapping || column == 0 ? column : column - 1, mark);
    }

    /** Goes down one line, scrolling at the bottom. */
    void feed(ScreenStyle style) {
        wrapping = false;
        if (row == bottom) {
            scrollUp(1, style);
        } else if (row < rows.size() - 1) {
            row++;
        }
    }

    /** Goes up one line, scrolling at the top. */
    void reverse(ScreenStyle style) {
        wrapping = false;
        if (row == top) {
            scrollDown(1, style);
        } else if (row > 0) {
            row--;
        }
    }

    void scrollUp(int count, ScreenStyle style) {
        for (int i = 0; i < Math.min(count, bottom - top + 1); i++) {
            ScreenLine gone = rows.remove(top);
            if (top == 0) {
                keep(gone);
            }
            rows.add(bottom, new ScreenLine(columns, style.erased()));
        }
    }

    private void keep(ScreenLine line) {
        if (scrollback > 0) {
            above.addLast(line);
            if (above.size() > scrollback) {
                above.removeFirst();
            }
        }
    }

    void forgetAbove() {
        above.clear();
    }

    void scrollDown(int count, ScreenStyle style) {
        for (int i = 0; i < Math.min(count, bottom - top + 1); i++) {
            rows.remove(bottom);
            rows.add(top, new ScreenLine(columns, style.erased()));
        }
    }

    void insertLines(int count, ScreenStyle style) {
        within(() -> scrollDown(count, style));
    }

    void deleteLines(int count, ScreenStyle style) {
        within(() -> {
            for (int i = 0; i < Math.min(count, bottom - top + 1); i++) {
                rows.remove(top);
                rows.add(bottom, new ScreenLine(columns, style.erased()));
            }
        });
    }

    /** Scrolls the part from the cursor down; nothing if it is outside the scrolling part. */
    private void within(Runnable scrolling) {
        if (row < top || row > bottom) {
            return;
        }
        int before = top;
        top = row;
        scrolling.run();
        top = before;
        column = 0;
        wrapping = false;
    }

    void eraseRows(int from, int to, ScreenStyle style) {
        for (int i = from; i < to; i++) {
            rows.get(i).erase(0, columns, style.erased());
        }
    }

    void fill(String text) {
        for (ScreenLine each : rows) {
            for (int i = 0; i < columns; i++) {
                each.put(i, text, ScreenStyle.PLAIN);
            }
        }
    }

    void resize(TerminalSize size) {
        columns = size.columns();
        rows.forEach(line -> line.resize(columns));
        while (rows.size() > size.rows()) {
            if (row < rows.size() - 1) {
                rows.removeLast();
            } else {
                keep(rows.removeFirst());
                row--;
            }
        }
        while (rows.size() < size.rows()) {
            rows.add(new ScreenLine(columns, ScreenStyle.PLAIN));
        }
        top = 0;
        bottom = rows.size() - 1;
        move(row, column);
    }
}
