package dev.oxbow.workspace;

import java.util.List;
import java.util.Optional;

/**
 * What an apply did to the worktree: all of it or nothing.
 *
 * @param applied false if conflicts stopped it; the worktree is then untouched
 * @param filesChanged paths written, the versions put beside others included
 * @param filesDeleted paths removed
 * @param conflicts paths that both sides changed; all of them where {@code applied} is false
 * @param archive git ref that holds the versions that lost, if any did
 * @param warnings what the user should know
 */
public record ApplyReport(
        boolean applied,
        int filesChanged,
        int filesDeleted,
        List<Conflict> conflicts,
        Optional<String> archive,
        List<SyncWarning> warnings) {
    /** Copies the lists. */
    public ApplyReport {
        conflicts = List.copyOf(conflicts);
        warnings = List.copyOf(warnings);
    }
}
