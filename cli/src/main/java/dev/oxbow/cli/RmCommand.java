package dev.oxbow.cli;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.Removal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rm",
        description =
                "Remove ended runs, sandboxes and checkpoints; refuses where work would be lost.")
final class RmCommand extends OxCommand {
    @Parameters(arity = "1..*", paramLabel = "ID", description = "Ids.")
    private List<String> ids = List.of();

    @Option(
            names = {"-f", "--force"},
            description = "Also what is in use or holds work that exists nowhere else.")
    private boolean force;

    RmCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What {@code --json} prints. */
    record Listing(
            List<SandboxId> sandboxes,
            List<RunId> runs,
            List<CheckpointId> checkpoints,
            List<String> notes) {}

    private CheckpointId checkpoint(Engine engine, CheckpointId id) {
        engine.timeline().remove(id);
        if (!options().json()) {
            note("removed " + id);
        }
        return id;
    }

    @Override
    int execute() {
        List<Removal> removals = new ArrayList<>();
        List<CheckpointId> checkpoints = new ArrayList<>();
        boolean done = false;
        try (Engine engine = engine()) {
            for (String id : ids) {
                if (id.startsWith(CheckpointId.PREFIX)) {
                    checkpoints.add(checkpoint(engine, new CheckpointId(id)));
                    continue;
                }
                Removal removal =
                        id.startsWith(SandboxId.PREFIX)
                                ? engine.remove(new SandboxId(id), force)
                                : engine.remove(
                                        RunNames.find(
                                                engine, Optional.of(id), surroundings().cwd()),
                                        force);
                removals.add(removal);
                if (!options().json()) {
                    removal.runs().forEach(run -> note("removed " + run));
                    removal.sandboxes().forEach(sandbox -> note("removed " + sandbox));
                    removal.notes().forEach(this::note);
                }
            }
            done = true;
        } finally {
            // What is gone is told also if the next one could not be removed.
            if (options().json() && (done || !removals.isEmpty() || !checkpoints.isEmpty())) {
                print(removals, checkpoints);
            }
        }
        return OK;
    }

    private void print(List<Removal> removals, List<CheckpointId> checkpoints) {
        printDocument(
                new Listing(
                        removals.stream().flatMap(r -> r.sandboxes().stream()).toList(),
                        removals.stream().flatMap(r -> r.runs().stream()).toList(),
                        checkpoints,
                        removals.stream().flatMap(r -> r.notes().stream()).toList()));
    }
}
