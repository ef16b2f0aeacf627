package dev.oxbow.providers.local;

import java.util.List;
import java.util.stream.Collectors;

/** Text as one word of a shell script, which the shell copies byte by byte. */
final class ShellWord {
    private ShellWord() {}

    /** In single quotes nothing has a meaning but the quote itself. */
    static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    static String quote(List<String> words) {
        return words.stream().map(ShellWord::quote).collect(Collectors.joining(" "));
    }
}
