package dev.oxbow.engine;

import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Tier;
import java.nio.file.Path;
import java.util.Optional;

/** How a person names a sandbox. */
public sealed interface Place {
    /**
     * The sandbox of the worktree that holds a directory; made and synced if there is none. A
     * sub-directory is re-applied inside.
     *
     * @param cwd any directory in the worktree
     * @param tier the least strength of its walls; empty for what the provider usually builds.
     *     {@link Tier#PROCESS} only for somebody who knows that nothing is isolated then
     */
    record OfWorktree(Path cwd, Optional<Tier> tier) implements Place {
        /** With the usual walls. */
        public OfWorktree(Path cwd) {
            this(cwd, Optional.empty());
        }
    }

    /**
     * A sandbox by its id.
     *
     * @param id the id
     */
    record OfSandbox(SandboxId id) implements Place {}

    /**
     * The sandbox a run works or worked in.
     *
     * @param id the run
     */
    record OfRun(RunId id) implements Place {}
}
