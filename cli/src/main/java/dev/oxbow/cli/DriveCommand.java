package dev.oxbow.cli;

import dev.oxbow.base.RunId;
import dev.oxbow.engine.Engine;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What the background process of a detached run executes; silent, the run's log has it all. */
@Command(name = "drive", hidden = true, description = "Look after a run until it has ended.")
final class DriveCommand extends OxCommand {
    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Ids of runs.")
    private List<String> runs = List.of();

    DriveCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() throws InterruptedException {
        try (Engine engine = engineAsItIs()) {
            for (String run : runs) {
                engine.drive(new RunId(run));
            }
            return OK;
        }
    }
}
