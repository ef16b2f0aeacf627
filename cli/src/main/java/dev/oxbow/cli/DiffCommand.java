package dev.oxbow.cli;

import dev.oxbow.engine.Engine;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "diff", description = "Print what a run changed, as a patch.")
final class DiffCommand extends OxCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "RUN",
            description = "Default: the latest of this worktree.")
    private Optional<String> run = Optional.empty();

    DiffCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        try (Engine engine = engine()) {
            byte[] patch = engine.diff(RunNames.find(engine, run, surroundings().cwd()));
            if (surroundings().terminal()) {
                Style style = style();
                SafeText.clean(new String(patch, StandardCharsets.UTF_8))
                        .lines()
                        .forEach(line -> print(coloured(line, style)));
            } else {
                surroundings().out().write(patch, 0, patch.length);
            }
            surroundings().out().flush();
            if (patch.length == 0) {
                note("no changes");
            }
            return OK;
        }
    }

    private static String coloured(String line, Style style) {
        if (line.startsWith("+++") || line.startsWith("---") || line.startsWith("diff ")) {
            return style.bold(line);
        }
        if (line.startsWith("+")) {
            return style.good(line);
        }
        if (line.startsWith("-")) {
            return style.bad(line);
        }
        return line.startsWith("@@") ? style.accent(line) : line;
    }
}
