package dev.oxbow.base;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds every occurrence of many words in one pass over a text (Aho–Corasick).
 *
 * <p>The transition table is dense over the few characters that the words use; every other
 * character shares one column, so a step is one array access whatever the number of words. A cell
 * holds where the row of the next state begins, inverted if words end there. Immutable.
 */
final class KeywordAutomaton {
    private static final int OTHER = 0;

    private final int[] asciiColumn = new int[128];
    private final Map<Character, Integer> wideColumn = new HashMap<>();
    private final int[] next;
    private final int[][] wordsAt;
    private final int[] begun;
    private final int[] lengths;
    private final int columns;

    /** Receives one occurrence. */
    interface Hit {
        /**
         * Called in the order in which occurrences end.
         *
         * @param word index of the word in the list given
         * @param start where it begins in the text
         * @param end where it ends, exclusive
         */
        void at(int word, int start, int end);
    }

    /**
     * Builds the table.
     *
     * @param words what to look for, none empty
     * @param foldCase whether ASCII letters match in both cases
     */
    KeywordAutomaton(List<String> words, boolean foldCase) {
        columns = assignColumns(words, foldCase);
        lengths = words.stream().mapToInt(String::length).toArray();
        int bound = 1 + Arrays.stream(lengths).sum();
        int[] table = new int[bound * columns];
        List<List<Integer>> ends = new ArrayList<>();
        ends.add(new ArrayList<>());
        for (int word = 0; word < words.size(); word++) {
            int state = 0;
            for (int i = 0; i < words.get(word).length(); i++) {
                char c = words.get(word).charAt(i);
                int cell = state * columns + column(c);
                if (table[cell] == 0) {
                    table[cell] = ends.size();
                    ends.add(new ArrayList<>());
                }
                state = table[cell];
            }
            ends.get(state).add(word);
        }
        next = Arrays.copyOf(table, ends.size() * columns);
        begun = new int[ends.size()];
        link(ends);
        wordsAt = new int[ends.size()][];
        for (int state = 0; state < wordsAt.length; state++) {
            wordsAt[state] = ends.get(state).stream().mapToInt(Integer::intValue).toArray();
        }
        for (int cell = 0; cell < next.length; cell++) {
            int row = next[cell] * columns;
            next[cell] = wordsAt[next[cell]].length == 0 ? row : ~row;
        }
    }

    private int assignColumns(List<String> words, boolean foldCase) {
        int count = OTHER + 1;
        for (String word : words) {
            for (int i = 0; i < word.length(); i++) {
                char c = word.charAt(i);
                if (column(c) != OTHER) {
                    continue;
                }
                if (c < 128) {
                    asciiColumn[c] = count;
                    if (foldCase && Character.isLetter(c)) {
                        asciiColumn[c ^ 0x20] = count;
                    }
                } else {
                    wideColumn.put(c, count);
                }
                count++;
            }
        }
        return count;
    }

    /** Breadth first, so that the shorter state a failing step falls back to is complete. */
    private void link(List<List<Integer>> ends) {
        int[] fallback = new int[ends.size()];
        int[] depth = new int[ends.size()];
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        for (int column = 0; column < columns; column++) {
            if (next[column] != 0) {
                depth[next[column]] = 1;
                queue.add(next[column]);
            }
        }
        while (!queue.isEmpty()) {
            int state = queue.remove();
            ends.get(state).addAll(ends.get(fallback[state]));
            begun[state] = begun[fallback[state]];
            for (int column = 0; column < columns; column++) {
                int cell = state * columns + column;
                int shorter = next[fallback[state] * columns + column];
                if (next[cell] == 0) {
                    next[cell] = shorter;
                } else {
                    begun[state] = depth[state];
                    fallback[next[cell]] = shorter;
                    depth[next[cell]] = depth[state] + 1;
                    queue.add(next[cell]);
                }
            }
        }
    }

    private int column(char c) {
        if (c < 128) {
            return asciiColumn[c];
        }
        return wideColumn.isEmpty() ? OTHER : wideColumn.getOrDefault(c, OTHER);
    }

    /**
     * Reports every occurrence in a text, overlapping ones included.
     *
     * @return how many characters at the end of the text are the beginning of a word, at most
     */
    int scan(String text, Hit hit) {
        int row = 0;
        for (int i = 0; i < text.length(); i++) {
            row = next[row + column(text.charAt(i))];
            if (row < 0) {
                row = ~row;
                for (int word : wordsAt[row / columns]) {
                    hit.at(word, i + 1 - lengths[word], i + 1);
                }
            }
        }
        return begun[row / columns];
    }
}
