package dev.oxbow.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;

/**
 * Walks through what usual commands load, so that the virtual machine can lay it out ahead of time
 * and later starts are fast.
 */
@Command(name = "rehearse", hidden = true, description = "Load what usual commands need.")
final class RehearseCommand extends OxCommand {
    private static final List<List<String>> SCENES =
            List.of(
                    List.of("version", "--json"),
                    List.of("run", "--help"),
                    List.of("run", "--json"),
                    List.of("agents", "ls", "--json"),
                    List.of("ps", "--all", "--json"),
                    List.of("ps"),
                    List.of("show", "--json"),
                    List.of("nonsense"));

    RehearseCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Surroundings stage =
                new Surroundings(
                        System.in,
                        nowhere,
                        nowhere,
                        false,
                        surroundings().cwd(),
                        surroundings().environment(),
                        surroundings().engines());
        for (List<String> scene : SCENES) {
            int code = new Cli(stage).run(scene.toArray(String[]::new));
            note(String.join(" ", scene) + ": " + code);
        }
        return OK;
    }
}
