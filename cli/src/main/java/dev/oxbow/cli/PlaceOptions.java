package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.Place;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which sandbox a command is for: that of the worktree unless one is named. */
final class PlaceOptions {
    @Option(names = "--run", paramLabel = "RUN", description = "The sandbox this run works in.")
    private Optional<String> run = Optional.empty();

    @Option(names = "--sandbox", paramLabel = "ID", description = "This sandbox.")
    private Optional<String> sandbox = Optional.empty();

    Place place(Engine engine, Path cwd) {
        if (run.isPresent() && sandbox.isPresent()) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT, "--run and --sandbox exclude each other")
                    .suggest("Give one of them.");
        }
        if (sandbox.isPresent()) {
            return new Place.OfSandbox(new SandboxId(sandbox.get()));
        }
        return run.isPresent()
                ? new Place.OfRun(RunNames.find(engine, run, cwd))
                : new Place.OfWorktree(cwd);
    }
}
