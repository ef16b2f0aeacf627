package dev.oxbow.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each row of the failure matrix, F01 to F60, has a test that carries its number, or is named here
 * with the reason why it cannot have one yet.
 */
class FailureMatrixTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int ROWS = 60;
    private static final Pattern TEST = Pattern.compile("void ((?:[a-z]\\d\\d_)+)");
    private static final Pattern ROW = Pattern.compile("f(\\d\\d)_");

    private static final String CLONING = "repositories are not cloned yet, worktrees are synced";
    private static final String PREVIEWS = "there are no previews yet";

    /** What is open, and why. */
    private static final Map<String, String> OPEN =
            Map.ofEntries(
                    Map.entry("F05", CLONING),
                    Map.entry("F06", CLONING),
                    Map.entry("F07", CLONING),
                    Map.entry("F08", CLONING),
                    Map.entry("F18", PREVIEWS),
                    Map.entry("F19", PREVIEWS),
                    Map.entry("F20", PREVIEWS),
                    Map.entry("F25", "no run waits for another one's sandbox yet"),
                    Map.entry("F29", CLONING),
                    Map.entry("F30", "work comes back by the sync, no bundle is unpacked yet"),
                    Map.entry("F33", PREVIEWS),
                    Map.entry("F43", "streams are not served over HTTP yet"),
                    Map.entry("F58", "there is no broker of logins yet"));

    @Test
    void everyRowHasATestOrAReason() throws IOException {
        Map<String, Set<String>> tested = tested();
        Set<String> missing = new TreeSet<>();
        for (int row = 1; row <= ROWS; row++) {
            String name = name(row);
            if (!tested.containsKey(name) && !OPEN.containsKey(name)) {
                missing.add(name);
            }
        }
        assertThat(missing).as("rows without a test and without a reason").isEmpty();
    }

    /** A row that got its test is open no more. */
    @Test
    void noRowWithATestIsCalledOpen() throws IOException {
        Map<String, Set<String>> tested = tested();
        tested.keySet().retainAll(OPEN.keySet());
        assertThat(tested).isEmpty();
    }

    @Test
    void noTestCarriesANumberThatThereIsNot() throws IOException {
        Set<String> rows = new TreeSet<>();
        for (int row = 1; row <= ROWS; row++) {
            rows.add(name(row));
        }
        assertThat(rows).containsAll(tested().keySet()).containsAll(OPEN.keySet());
    }

    private static String name(int row) {
        return String.format(Locale.ROOT, "F%02d", row);
    }

    /** The rows, each with the files that hold tests of it. */
    private static Map<String, Set<String>> tested() throws IOException {
        Map<String, Set<String>> rows = new TreeMap<>();
        try (Stream<Path> all = Files.walk(ROOT)) {
            all.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .forEach(file -> collect(file, rows));
        }
        return rows;
    }

    private static void collect(Path file, Map<String, Set<String>> rows) {
        Matcher tests = TEST.matcher(read(file));
        while (tests.find()) {
            Matcher row = ROW.matcher(tests.group(1));
            while (row.find()) {
                rows.computeIfAbsent("F" + row.group(1), _ -> new TreeSet<>())
                        .add(ROOT.relativize(file).toString());
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
