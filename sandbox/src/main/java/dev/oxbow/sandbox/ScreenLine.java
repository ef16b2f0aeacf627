package dev.oxbow.sandbox;

import java.util.Arrays;

/** One row of cells. The right half of a wide character is an empty text. */
final class ScreenLine {
    private static final String BLANK = " ";

    private String[] texts;
    private ScreenStyle[] styles;

    ScreenLine(int columns, ScreenStyle style) {
        texts = new String[columns];
        styles = new ScreenStyle[columns];
        Arrays.fill(texts, BLANK);
        Arrays.fill(styles, style);
    }

    void put(int column, String text, ScreenStyle style) {
        tear(column);
        texts[column] = text;
        styles[column] = style;
    }

    /** Puts a character that takes this cell and the next. */
    void putWide(int column, String text, ScreenStyle style) {
        put(column, text, style);
        if (column + 1 < texts.length) {
            tear(column + 1);
            texts[column] = text;
            texts[column + 1] = "";
            styles[column + 1] = style;
        }
    }

    /** A character of which one half is overwritten loses the other. */
    private void tear(int column) {
        if (texts[column].isEmpty() && column > 0) {
            texts[column - 1] = BLANK;
        }
        if (column + 1 < texts.length && texts[column + 1].isEmpty()) {
            texts[column + 1] = BLANK;
        }
    }

    /** Puts a mark over the character that is there. */
    void combine(int column, String mark) {
        int at = texts[column].isEmpty() && column > 0 ? column - 1 : column;
        if (texts[at].length() < 32) {
            texts[at] += mark;
        }
    }

    String text(int column) {
        return texts[column];
    }

    ScreenStyle style(int column) {
        return styles[column];
    }

    void erase(int from, int to, ScreenStyle style) {
        if (from >= to) {
            return;
        }
        tear(from);
        tear(to - 1);
        Arrays.fill(texts, from, to, BLANK);
        Arrays.fill(styles, from, to, style);
    }

    void insert(int at, int count, ScreenStyle style) {
        int n = Math.min(count, texts.length - at);
        System.arraycopy(texts, at, texts, at + n, texts.length - at - n);
        System.arraycopy(styles, at, styles, at + n, styles.length - at - n);
        Arrays.fill(texts, at, at + n, BLANK);
        Arrays.fill(styles, at, at + n, style);
        mend();
    }

    void delete(int at, int count, ScreenStyle style) {
        int n = Math.min(count, texts.length - at);
        System.arraycopy(texts, at + n, texts, at, texts.length - at - n);
        System.arraycopy(styles, at + n, styles, at, styles.length - at - n);
        Arrays.fill(texts, texts.length - n, texts.length, BLANK);
        Arrays.fill(styles, styles.length - n, styles.length, style);
        mend();
    }

    /** After a cut through wide characters: halves without the other become blank. */
    private void mend() {
        for (int i = 0; i < texts.length; i++) {
            if (texts[i].isEmpty()) {
                texts[i] = BLANK;
            } else if (ScreenWidth.of(texts[i].codePointAt(0)) == 2) {
                if (i + 1 < texts.length && texts[i + 1].isEmpty()) {
                    i++;
                } else {
                    texts[i] = BLANK;
                }
            }
        }
    }

    void resize(int columns) {
        int before = texts.length;
        texts = Arrays.copyOf(texts, columns);
        styles = Arrays.copyOf(styles, columns);
        if (columns > before) {
            Arrays.fill(texts, before, columns, BLANK);
            Arrays.fill(styles, before, columns, ScreenStyle.PLAIN);
        }
        mend();
    }

    /** Plain text without what is blank at the end. */
    String text() {
        return String.join("", texts).stripTrailing();
    }

    /** Appends text and styles, without what is blank at the end; leaves the style plain. */
    void paint(StringBuilder out) {
        int end = texts.length;
        while (end > 0
                && texts[end - 1].equals(BLANK)
                && styles[end - 1].equals(ScreenStyle.PLAIN)) {
            end--;
        }
        ScreenStyle style = ScreenStyle.PLAIN;
        for (int i = 0; i < end; i++) {
            if (!styles[i].equals(style)) {
                style = styles[i];
                out.append(style.sequence());
            }
            out.append(texts[i]);
        }
        if (!style.equals(ScreenStyle.PLAIN)) {
            out.append("\u001b[0m");
        }
    }
}
