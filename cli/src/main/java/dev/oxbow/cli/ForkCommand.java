package dev.oxbow.cli;

import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.Fork;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "fork",
        description =
                "Make sandboxes that begin with the files of a checkpoint, or of a sandbox as it is"
                        + " now.")
final class ForkCommand extends OxCommand {
    @Parameters(
            arity = "1",
            paramLabel = "CHECKPOINT|SANDBOX",
            description = "Id or name of a checkpoint, or id of a sandbox.")
    private String from = "";

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "How many, 1 (default) to 100.")
    private int count = 1;

    ForkCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What {@code --json} prints. */
    record Listing(List<Fork> forks) {}

    @Override
    int execute() {
        if (count < 1 || count > 100) {
            throw usage("--count must be 1 to 100", "Choose fewer forks.");
        }
        try (Engine engine = engine()) {
            List<Fork> forks =
                    from.startsWith(SandboxId.PREFIX)
                            ? engine.timeline().fork(new SandboxId(from), count)
                            : engine.timeline()
                                    .fork(
                                            CheckpointNames.find(
                                                    engine, from, surroundings().cwd()),
                                            count);
            if (options().json()) {
                printDocument(new Listing(forks));
            } else {
                forks.forEach(fork -> print(fork.sandbox().value()));
                note("    look around with: ox shell --sandbox " + forks.getFirst().sandbox());
            }
            return OK;
        }
    }
}
