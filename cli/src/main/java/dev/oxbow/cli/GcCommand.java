package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.engine.Chore;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.Sweep;
import dev.oxbow.sandbox.Garbage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "gc",
        description =
                "Tidy up now: idle sandboxes rest, what nobody needs goes once its work is safe.")
final class GcCommand extends OxCommand {
    @Option(
            names = {"-n", "--dry-run"},
            description = "Only say what would be done.")
    private boolean dryRun;

    GcCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        Sweep sweep;
        try (Engine engine = engineAsItIs()) {
            engine.recover();
            sweep = engine.sweep(dryRun);
        }
        if (options().json()) {
            printDocument(sweep);
        } else {
            print(sweep);
        }
        return sweep.untouched().isEmpty() ? OK : ErrorCode.PROVIDER_UNAVAILABLE.exitCode();
    }

    private void print(Sweep sweep) {
        if (!sweep.chores().isEmpty()) {
            Table table = new Table("SANDBOX", dryRun ? "WOULD" : "ACTION", "REASON");
            for (Chore chore : sweep.chores()) {
                table.row(
                        chore.sandbox().value(),
                        chore.action().wire(),
                        SafeText.line(chore.reason(), 200));
            }
            table.lines(style()).forEach(this::print);
        }
        for (Garbage garbage : sweep.garbage()) {
            print(
                    (dryRun ? "would remove " : "removed ")
                            + SafeText.line(garbage.name(), 160)
                            + " ("
                            + Figures.bytes(garbage.bytes().bytes())
                            + ")");
        }
        if (sweep.chores().isEmpty() && sweep.garbage().isEmpty()) {
            note("nothing to tidy up");
        }
        sweep.untouched().forEach(line -> note("left alone: " + SafeText.line(line, 300)));
    }
}
