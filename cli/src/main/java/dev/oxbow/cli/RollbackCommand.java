package dev.oxbow.cli;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RolledBack;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rollback",
        description =
                "Put the files of a sandbox back to a checkpoint and end its processes. The"
                    + " worktree is not touched; what was in the sandbox is kept as a checkpoint.")
final class RollbackCommand extends OxCommand {
    @Parameters(arity = "1", paramLabel = "CHECKPOINT", description = "Id, a part of it, or name.")
    private String checkpoint = "";

    @Option(
            names = "--sandbox",
            paramLabel = "ID",
            description = "A fork of that checkpoint (default: the sandbox it was taken of).")
    private Optional<String> sandbox = Optional.empty();

    RollbackCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        try (Engine engine = engine()) {
            CheckpointId to = CheckpointNames.find(engine, checkpoint, surroundings().cwd());
            RolledBack done = engine.timeline().rollback(to, sandbox.map(SandboxId::new));
            if (options().json()) {
                printDocument(done);
                return OK;
            }
            print("sandbox " + done.sandbox() + " is as it was in " + done.to());
            if (!done.ended().isEmpty()) {
                note("    " + Figures.of(done.ended().size(), "process") + " ended");
            }
            done.before().ifPresent(before -> note("    undo it with: ox rollback " + before));
            return OK;
        }
    }
}
