package dev.oxbow.workspace;

import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import java.util.List;

/**
 * What a run left in its sandbox, brought to the host's git objects; nothing of it is applied yet.
 * From here on the result does not depend on the sandbox any more.
 *
 * @param run the run
 * @param sandbox where it ran
 * @param base commit of the files that the sandbox was given
 * @param result commit of the files that it left, its parent is {@code base}; kept by {@code
 *     refs/oxbow/runs/<run>}
 * @param changes the paths that differ, in byte order
 * @param commits what the agent committed
 * @param partial whether the run did not end by itself, so that the files may be half-way
 * @param warnings what the user should know
 */
public record Harvest(
        RunId run,
        SandboxId sandbox,
        String base,
        String result,
        List<Change> changes,
        List<AgentCommits> commits,
        boolean partial,
        List<SyncWarning> warnings) {
    /** Copies the lists. */
    public Harvest {
        changes = List.copyOf(changes);
        commits = List.copyOf(commits);
        warnings = List.copyOf(warnings);
    }

    /**
     * Commits that the agent made on one branch.
     *
     * @param ref where they are on the host: {@code refs/oxbow/<sandbox>/<branch>}
     * @param commit the newest of them
     * @param count how many are new
     */
    public record AgentCommits(String ref, String commit, int count) {}
}
