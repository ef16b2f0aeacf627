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
        List<RunId> ids = runs.stream().map(RunId::new).toList();
        // Whoever ends this process by TERM, as a machine that goes down does, wants the agent to
        // stop and its work to be kept; the second TERM leaves that to the next driver.
        try (Engine engine = engineAsItIs();
                Interrupts _ =
                        Interrupts.handle(
                                () -> ids.forEach(engine::cancel),
                                () -> ids.forEach(engine::leave),
                                () -> {})) {
            engine.keepHouse();
            for (RunId id : ids) {
                engine.drive(id);
            }
            return OK;
        }
    }
}
