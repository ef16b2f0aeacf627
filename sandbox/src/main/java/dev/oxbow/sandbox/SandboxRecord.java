package dev.oxbow.sandbox;

import dev.oxbow.base.SandboxId;
import java.time.Instant;
import java.util.List;

/**
 * A sandbox as it stands at one moment; serialisable, holds no secret.
 *
 * @param id its id
 * @param provider name of the provider
 * @param tier its walls
 * @param state where it stands
 * @param incarnation 1 at creation, one more at every start
 * @param labels its labels
 * @param createdAt when it was made
 * @param enforced the walls and limits, each with what holds it
 */
public record SandboxRecord(
        SandboxId id,
        String provider,
        Tier tier,
        SandboxState state,
        int incarnation,
        Labels labels,
        Instant createdAt,
        List<Enforcement> enforced) {
    /** Copies the list. */
    public SandboxRecord {
        enforced = List.copyOf(enforced);
    }
}
