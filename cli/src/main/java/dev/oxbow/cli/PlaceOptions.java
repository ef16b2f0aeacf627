package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.Place;
import dev.oxbow.sandbox.Tier;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which sandbox a command is for: that of the worktree unless one is named. */
final class PlaceOptions {
    @Option(names = "--run", paramLabel = "RUN", description = "The sandbox this run works in.")
    private Optional<String> run = Optional.empty();

    @Option(names = "--sandbox", paramLabel = "ID", description = "This sandbox.")
    private Optional<String> sandbox = Optional.empty();

    /** As {@link #place(Engine, Path, Optional)} with the usual walls. */
    Place place(Engine engine, Path cwd) {
        return place(engine, cwd, Optional.empty());
    }

    /**
     * The sandbox that is meant.
     *
     * @param tier walls of the worktree's own at least; one that is named is what it is
     */
    Place place(Engine engine, Path cwd, Optional<Tier> tier) {
        if (tier.isPresent() && (run.isPresent() || sandbox.isPresent())) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "--tier is for a sandbox that is made; a named one has its walls")
                    .suggest("Leave --tier out.");
        }
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
                : new Place.OfWorktree(cwd, tier);
    }
}
