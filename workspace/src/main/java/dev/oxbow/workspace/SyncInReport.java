package dev.oxbow.workspace;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a sync-in did.
 *
 * @param filesSent files, links and empty directories written in the sandbox
 * @param filesDeleted paths removed from the sandbox
 * @param bytes content sent
 * @param duration how long it took
 * @param conflicts paths that both sides had changed, settled by the policy
 * @param archive git ref that holds the versions that lost, if any did
 * @param warnings what the user should know
 */
public record SyncInReport(
        int filesSent,
        int filesDeleted,
        long bytes,
        Duration duration,
        List<Conflict> conflicts,
        Optional<String> archive,
        List<SyncWarning> warnings) {
    /** Copies the lists. */
    public SyncInReport {
        conflicts = List.copyOf(conflicts);
        warnings = List.copyOf(warnings);
    }
}
