package dev.oxbow.agents;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads and writes command lines as a POSIX shell does, without expansions. */
final class ShellWords {
    private static final Set<String> SHELLS = Set.of("sh", "bash", "zsh", "dash");

    private ShellWords() {}

    /** The words of a command line; empty if a quote is left open. */
    static Optional<List<String>> split(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == '\'') {
                if (c == '\'') {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (quote == '"') {
                if (c == '"') {
                    quote = 0;
                } else if (c == '\\'
                        && i + 1 < line.length()
                        && "\\\"$`\n".indexOf(line.charAt(i + 1)) >= 0) {
                    word.append(line.charAt(++i));
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (c == '\\' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
                inWord = true;
            } else if (c == ' ' || c == '\t' || c == '\n') {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            return Optional.empty();
        }
        if (inWord) {
            words.add(word.toString());
        }
        return Optional.of(words);
    }

    /** The script of {@code bash -lc 'script'}; any other command as it is. */
    static String unwrap(String command) {
        return split(command)
                .filter(words ->
                        words.size() == 3
                                && SHELLS.contains(
                                        words.getFirst()
                                                .substring(words.getFirst().lastIndexOf('/') + 1))
                                && (words.get(1).equals("-lc") || words.get(1).equals("-c")))
                .map(words -> words.get(2))
                .orElse(command);
    }

    /** One line that a person can read and a shell would split into the same words. */
    static String join(List<String> words) {
        List<String> quoted = new ArrayList<>();
        for (String word : words) {
            quoted.add(
                    word.matches("[A-Za-z0-9_@%+=:,./-]+")
                            ? word
                            : "'" + word.replace("'", "'\\''") + "'");
        }
        return String.join(" ", quoted);
    }
}
