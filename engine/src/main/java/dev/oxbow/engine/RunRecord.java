package dev.oxbow.engine;

import dev.oxbow.base.RunId;
import dev.oxbow.base.ThreadId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A run as it is remembered.
 *
 * @param id its id; ids of one machine rise with time, and runs of a thread take turns in that
 *     order
 * @param thread the thread it belongs to
 * @param worktree root of the worktree, real path
 * @param artifacts where its artifacts go
 * @param attempt 1 to {@code attempts}
 * @param attempts how many were asked for together
 * @param lead the first of them, if there are several; all begin with the same files
 * @param provider name of the sandbox provider
 * @param request what was asked for
 * @param createdAt when it was accepted
 * @param cancelRequested whether somebody wants it to stop
 * @param lastSeq number of its latest event
 * @param progress how far it is
 */
public record RunRecord(
        RunId id,
        ThreadId thread,
        Path worktree,
        Path artifacts,
        int attempt,
        int attempts,
        Optional<RunId> lead,
        String provider,
        RunRequest request,
        Instant createdAt,
        boolean cancelRequested,
        long lastSeq,
        RunProgress progress) {

    /** Whether nothing more will happen. */
    boolean ended() {
        return progress.phase() == RunPhase.DONE;
    }

    /** Whether its result goes into the worktree by itself. */
    boolean appliesItself() {
        return attempts == 1;
    }

    /** The provider that has the run's sandbox: its own, or the one that stands in. */
    public String providerNow() {
        return progress.provider().orElse(provider);
    }
}
