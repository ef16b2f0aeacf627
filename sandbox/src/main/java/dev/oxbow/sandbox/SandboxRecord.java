package dev.oxbow.sandbox;

import dev.oxbow.base.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
 * @param lifetime when it rests and ends by itself
 * @param lastActivityAt when something last happened in it, for people: a process ran, a terminal
 *     was open, something was started or typed, a file was written, it was woken or touched. To
 *     look at it is not activity
 * @param idle time since then, on a clock that nobody can set; zero while it is {@link
 *     SandboxState#BUSY}, and never more than has surely passed
 * @param expiresAt when its {@link Lifetime#ttl} ends, for people; empty if it has none
 * @param timeLeft until then, on a clock that nobody can set; zero once it has come
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
        Lifetime lifetime,
        Instant lastActivityAt,
        Duration idle,
        Optional<Instant> expiresAt,
        Optional<Duration> timeLeft,
        List<Enforcement> enforced) {
    /** Copies the list. */
    public SandboxRecord {
        enforced = List.copyOf(enforced);
    }
}
