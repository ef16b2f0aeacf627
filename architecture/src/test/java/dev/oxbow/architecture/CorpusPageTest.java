package dev.oxbow.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.sandbox.kit.Attempt;
import dev.oxbow.sandbox.kit.EscapeCorpus;
import dev.oxbow.sandbox.kit.Wall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The published table of attempts; {@code -Ddocs.write=true} prints it anew. */
class CorpusPageTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("docs/security.md");
    private static final String BEGIN =
            "<!-- corpus: printed from escapes.txt by CorpusPageTest -->\n";
    private static final String END = "<!-- /corpus -->\n";

    private final List<Attempt> attempts = EscapeCorpus.load().attempts();

    @Test
    void theSecurityPageShowsTheCorpusAsItIs() throws IOException {
        String page = Files.readString(PAGE);
        String wanted =
                page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
                        + table()
                        + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, wanted);
        }
        assertThat(PAGE)
                .as(
                        "stale; print it anew with: ./mvnw test -pl architecture -am"
                                + " -Dtest=CorpusPageTest -Dsurefire.failIfNoSpecifiedTests=false"
                                + " -Ddocs.write=true")
                .hasContent(wanted);
    }

    @Test
    void numbersAreGivenOnceAndInOrder() {
        assertThat(attempts).hasSizeGreaterThanOrEqualTo(60);
        assertThat(attempts)
                .extracting(attempt -> Integer.parseInt(attempt.number().substring(1)))
                .doesNotHaveDuplicates()
                .isSorted();
    }

    @Test
    void everyAttemptMadeElsewhereHasItsTest() throws IOException {
        String tests = testSources();
        assertThat(attempts)
                .filteredOn(attempt -> !attempt.inSandbox())
                .allSatisfy(attempt -> assertThat(tests).contains("void " + attempt.testPrefix()));
    }

    private static String testSources() throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            StringBuilder text = new StringBuilder();
            for (Path file :
                    all.filter(f -> f.toString().endsWith("Test.java"))
                            .filter(f -> f.toString().contains("/src/test/"))
                            .toList()) {
                text.append(Files.readString(file));
            }
            return text.toString();
        }
    }

    private String table() {
        StringBuilder table = new StringBuilder();
        table.append("| No. | After what | What it tries | Stopped by | The kernel besides |\n");
        table.append("|---|---|---|---|---|\n");
        for (Attempt attempt : attempts) {
            table.append(
                    "| %s | %s | %s | %s | %s |\n"
                            .formatted(
                                    attempt.number(),
                                    attempt.name(),
                                    attempt.tries(),
                                    attempt.walls().stream()
                                            .map(Wall::label)
                                            .collect(Collectors.joining(", ")),
                                    attempt.kernel().orElse("")));
        }
        return table.toString();
    }
}
