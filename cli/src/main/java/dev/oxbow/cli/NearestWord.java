package dev.oxbow.cli;

import java.util.List;
import java.util.Optional;

/** Guesses what somebody meant to type. */
final class NearestWord {
    private static final int FARTHEST = 2;

    private NearestWord() {}

    /** The word with the fewest typing errors between, if they are few. */
    static Optional<String> to(String typed, List<String> words) {
        Optional<String> best = Optional.empty();
        int fewest = Math.min(FARTHEST, typed.length() / 2) + 1;
        for (String word : words) {
            int errors = errors(typed, word);
            if (errors < fewest) {
                fewest = errors;
                best = Optional.of(word);
            }
        }
        return best;
    }

    /** Insertions, deletions, replacements and swaps of neighbours that lead from one to other. */
    private static int errors(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replaced = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] =
                        Math.min(
                                cost[i - 1][j - 1] + replaced,
                                Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
