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
 * character shares one column, so a step is one array access whatever the number of words.
 * Immutable.
 */
final class KeywordAutomaton {
    private static final int OTHER = 0;

    private final int[] asciiColumn = new int[128];
    private final Map<Character, Integer> wideColumn = new HashMap<>();
    private final int[] next;
    private final int[][] wordsAt;
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
        link(ends);
        wordsAt = new int[ends.size()][];
        for (int state = 0; state < wordsAt.length; state++) {
            wordsAt[state] = ends.get(state).stream().mapToInt(Integer::intValue).toArray();
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
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        for (int column = 0; column < columns; column++) {
            if (next[column] != 0) {
                queue.add(next[column]);
            }
        }
        while (!queue.isEmpty()) {
            int state = queue.remove();
            ends.get(state).addAll(ends.get(fallback[state]));
            for (int column = 0; column < columns; column++) {
                int cell = state * columns + column;
                int shorter = next[fallback[state] * columns + column];
                if (next[cell] == 0) {
                    next[cell] = shorter;
                } else {
                    fallback[next[cell]] = shorter;
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

    /** Reports every occurrence in a text, overlapping ones included. */
    void scan(String text, Hit hit) {
        int state = 0;
        for (int i = 0; i < text.length(); i++) {
            state = next[state * columns + column(text.charAt(i))];
            for (int word : wordsAt[state]) {
                hit.at(word, i + 1 - lengths[word], i + 1);
            }
        }
    }
}
