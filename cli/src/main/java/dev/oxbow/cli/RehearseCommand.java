package dev.oxbow.cli;

import dev.oxbow.base.OxException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Walks through what usual commands load, so that the virtual machine can lay it out ahead of time
 * and later starts are fast. Where this machine can build a sandbox, a whole run is among them.
 */
@Command(name = RehearseCommand.NAME, hidden = true, description = "Load what usual commands need.")
final class RehearseCommand extends OxCommand {
    static final String NAME = "rehearse";

    private static final List<List<String>> SCENES =
            List.of(
                    List.of("version", "--json"),
                    List.of("run", "--help"),
                    List.of("run", "--json"),
                    List.of("agents", "ls", "--json"),
                    List.of("ps", "--all", "--json"),
                    List.of("show", "--json"),
                    List.of("nonsense"));

    /** What happens in a repository; without one, each ends in a refusal, which is loaded too. */
    private static final List<List<String>> RUNS =
            List.of(
                    List.of("run", "--agent", "command", "--timeout", "60s", "--", "touch", "new"),
                    List.of("exec", "--", "true"),
                    List.of("ps"),
                    List.of("show"),
                    List.of("logs"),
                    List.of("diff"),
                    List.of("doctor", "--json"),
                    List.of("run", "--json", "--rm", "--agent", "command", "--", "ls"));

    RehearseCommand(Surroundings surroundings) {
        super(surroundings);
    }

    static boolean isAskedFor(String... args) {
        return args.length > 0 && args[0].equals(NAME);
    }

    @Override
    int execute() throws InterruptedException {
        play(SCENES, surroundings().cwd());
        Path folder = temporaryFolder();
        try {
            play(RUNS, SampleRepository.create(folder.resolve("sample")).root());
        } catch (OxException | UncheckedIOException noRepository) {
            note("no run: " + noRepository.getMessage());
        } finally {
            delete(folder);
        }
        return OK;
    }

    private void play(List<List<String>> scenes, Path cwd) {
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Surroundings stage =
                new Surroundings(
                        System.in,
                        nowhere,
                        nowhere,
                        false,
                        cwd,
                        surroundings().environment(),
                        surroundings().engines());
        for (List<String> scene : scenes) {
            int code = new Cli(stage).run(scene.toArray(String[]::new));
            note(String.join(" ", scene) + ": " + code);
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("oxbow-rehearsal-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
