package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

/**
 * What {@code --help} says of each command is approved in a file of its own, so that every change
 * of it is seen. Approve all changes with {@code -Dox.help.approve=true}.
 */
class HelpGoldenTest {
    private static final Path APPROVED = Path.of("src/test/resources/help");
    private static final boolean APPROVING = Boolean.getBoolean("ox.help.approve");

    /** Name of the approved file → the words that ask for help. */
    private static Map<String, String[]> commands() {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), false);
        Surroundings surroundings =
                new Surroundings(
                        InputStream.nullInputStream(),
                        nowhere,
                        nowhere,
                        false,
                        CommandLineRun.CWD,
                        Map.of(),
                        FakeEngine::new);
        Map<String, String[]> found = new TreeMap<>();
        collect(new Cli(surroundings).commandLine(), found);
        return found;
    }

    private static void collect(CommandLine command, Map<String, String[]> into) {
        String name = command.getCommandSpec().qualifiedName();
        String words = name.replaceFirst("^ox ?", "") + " --help";
        into.put(name.replace(' ', '-') + ".txt", words.strip().split(" ", -1));
        command.getSubcommands().values().forEach(below -> collect(below, into));
    }

    @TestFactory
    Stream<DynamicTest> helpIsWhatWasApproved() {
        return commands().entrySet().stream()
                .map(command ->
                        DynamicTest.dynamicTest(
                                command.getKey(),
                                () -> compare(command.getKey(), command.getValue())));
    }

    private static void compare(String file, String[] words) throws IOException {
        CommandLineRun run = CommandLineRun.of(new FakeEngine(), words);
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        Path approved = APPROVED.resolve(file);
        if (APPROVING) {
            Files.createDirectories(APPROVED);
            Files.writeString(approved, run.out());
        }
        assertThat(approved).as("approve with -Dox.help.approve=true").exists();
        assertThat(run.out())
                .as("help of '%s'; approve with -Dox.help.approve=true", String.join(" ", words))
                .isEqualTo(Files.readString(approved, StandardCharsets.UTF_8));
    }

    @Test
    void nothingIsApprovedThatIsNoCommand() throws IOException {
        Set<String> commands = new TreeSet<>(commands().keySet());
        try (Stream<Path> files = Files.list(APPROVED)) {
            Set<String> names =
                    files.map(f -> f.getFileName().toString())
                            .collect(Collectors.toCollection(TreeSet::new));
            names.removeAll(commands);
            assertThat(names).as("approved help of commands that are no more").isEmpty();
        }
    }
}
