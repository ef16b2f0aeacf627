package dev.oxbow.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules about the text of the sources that bytecode does not show. */
class SourceFilesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Test
    void noFileOutgrowsItsStory() throws IOException {
        List<String> tooLong =
                sources()
                        .filter(file -> lines(file).size() > 500)
                        .map(file -> ROOT.relativize(file) + ": " + lines(file).size() + " lines")
                        .toList();
        assertThat(tooLong).as("files over 500 lines").isEmpty();
    }

    @Test
    void everyMainPackageSaysWhatItIsFor() throws IOException {
        List<Path> silent =
                sources()
                        .filter(file -> file.toString().contains("/src/main/java/"))
                        .map(Path::getParent)
                        .distinct()
                        .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                        .toList();
        assertThat(silent).isEmpty();
    }

    @Test
    void theWorkIsFinished() throws IOException {
        List<String> leftovers =
                sources()
                        .filter(file -> !file.endsWith("SourceFilesTest.java"))
                        .flatMap(file ->
                                lines(file).stream()
                                        .filter(SourceFilesTest::unfinished)
                                        .map(l -> ROOT.relativize(file) + ": " + l.strip()))
                        .toList();
        assertThat(leftovers).isEmpty();
    }

    private static boolean unfinished(String line) {
        return line.contains("TODO") || line.contains("FIXME") || line.contains("@Disabled");
    }

    private static Stream<Path> sources() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(ROOT)) {
            files =
                    all.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !file.toString().contains("/target/"))
                            .toList();
        }
        assertThat(files).hasSizeGreaterThan(50);
        return files.stream();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
