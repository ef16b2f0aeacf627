package dev.oxbow.workspace;

import java.time.Duration;
import java.util.List;

/**
 * What one sync of a {@link WorktreeWatch} did.
 *
 * @param filesSent files, links and empty directories written in the sandbox
 * @param filesDeleted paths removed from the sandbox
 * @param bytes content sent
 * @param duration how long it took
 * @param held paths that the sandbox has changed as well and that are as they were on both sides:
 *     bringing the work back settles them
 */
public record WatchReport(
        int filesSent, int filesDeleted, long bytes, Duration duration, List<Conflict> held) {
    /** Copies the list. */
    public WatchReport {
        held = List.copyOf(held);
    }
}
