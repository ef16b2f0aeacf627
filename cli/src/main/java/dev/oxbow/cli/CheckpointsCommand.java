package dev.oxbow.cli;

import dev.oxbow.engine.CheckpointView;
import dev.oxbow.engine.Engine;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "checkpoints", description = "List the checkpoints of this worktree, newest first.")
final class CheckpointsCommand extends OxCommand {
    @Option(
            names = {"-a", "--all"},
            description = "Those of every worktree.")
    private boolean all;

    CheckpointsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What {@code --json} prints. */
    record Listing(List<CheckpointView> checkpoints) {}

    @Override
    int execute() {
        try (Engine engine = engine()) {
            List<CheckpointView> found =
                    engine.timeline()
                            .checkpoints(
                                    all ? Optional.empty() : Optional.of(surroundings().cwd()));
            if (options().json()) {
                printDocument(new Listing(found));
            } else if (found.isEmpty()) {
                note("no checkpoint yet; take one with: ox checkpoint NAME");
            } else {
                table(found);
            }
            return OK;
        }
    }

    private void table(List<CheckpointView> found) {
        Table table = new Table("CHECKPOINT", "AGE", "SIZE", "SANDBOX", "NAME");
        for (CheckpointView each : found) {
            OptionalLong bytes = each.bytes();
            table.row(
                    each.id().value(),
                    PsCommand.age(each.createdAt()),
                    bytes.isPresent() ? Figures.bytes(bytes.getAsLong()) : "-",
                    each.sandbox().value(),
                    each.name().map(name -> SafeText.line(name, 60)).orElse("-"));
        }
        table.lines(style()).forEach(this::print);
    }
}
