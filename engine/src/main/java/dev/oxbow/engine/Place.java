package dev.oxbow.engine;

import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import java.nio.file.Path;

/** How a person names a sandbox. */
public sealed interface Place {
    /**
     * The sandbox of the worktree that holds a directory; made and synced if there is none. A
     * sub-directory is re-applied inside.
     *
     * @param cwd any directory in the worktree
     */
    record OfWorktree(Path cwd) implements Place {}

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
