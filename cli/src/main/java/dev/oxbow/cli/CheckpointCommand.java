package dev.oxbow.cli;

import dev.oxbow.engine.CheckpointView;
import dev.oxbow.engine.Engine;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "checkpoint",
        description = "Keep the files of a sandbox as they are now; also while a run is under way.")
final class CheckpointCommand extends OxCommand {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "What to call it.")
    private Optional<String> name = Optional.empty();

    @Mixin private PlaceOptions place = new PlaceOptions();

    CheckpointCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        try (Engine engine = engine()) {
            CheckpointView taken =
                    engine.timeline().checkpoint(place.place(engine, surroundings().cwd()), name);
            if (options().json()) {
                printDocument(taken);
            } else {
                print(taken.id().value());
                note("    go back to it with: ox rollback " + taken.id());
            }
            return OK;
        }
    }
}
