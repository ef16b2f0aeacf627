package dev.oxbow.sandbox;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.time.Duration;
import java.util.Optional;

/**
 * When a sandbox rests and ends by itself. A provider keeps it with the sandbox and tells how the
 * time runs ({@link SandboxRecord#idle}, {@link SandboxRecord#timeLeft}); who acts on it is the
 * provider where it claims {@link Capability#IDLE_NATIVE} and {@link Capability#TTL_NATIVE}, and
 * else whoever looks after sandboxes. In JSON durations are ISO 8601, such as {@code PT15M}.
 *
 * @param pauseAfter idle time after which it is paused; empty for never
 * @param stopAfter idle time after which it is stopped; empty for never
 * @param ttl how long it lives from its creation, from the last {@link Sandbox#setLifetime} or from
 *     the last {@link Sandbox#touch}; empty for no end. Nothing else shortens or prolongs it
 */
public record Lifetime(
        Optional<Duration> pauseAfter, Optional<Duration> stopAfter, Optional<Duration> ttl) {

    /** Paused after 5 minutes, stopped after 15, no end. */
    public static final Lifetime DEFAULT =
            new Lifetime(
                    Optional.of(Duration.ofMinutes(5)),
                    Optional.of(Duration.ofMinutes(15)),
                    Optional.empty());

    /** Never rests, never ends. */
    public static final Lifetime ENDLESS =
            new Lifetime(Optional.empty(), Optional.empty(), Optional.empty());

    /** Refuses what is not positive. */
    public Lifetime {
        check("pauseAfter", pauseAfter);
        check("stopAfter", stopAfter);
        check("ttl", ttl);
    }

    private static void check(String name, Optional<Duration> value) {
        if (value.filter(d -> !d.isPositive()).isPresent()) {
            throw OxException.of(
                    ErrorCode.INVALID_SANDBOX_CONFIG,
                    "%s: %s is not a time above 0",
                    name,
                    value.get());
        }
    }

    /** The same, paused after that idle time. */
    public Lifetime pausedAfter(Duration idle) {
        return new Lifetime(Optional.of(idle), stopAfter, ttl);
    }

    /** The same, stopped after that idle time. */
    public Lifetime stoppedAfter(Duration idle) {
        return new Lifetime(pauseAfter, Optional.of(idle), ttl);
    }

    /** The same, with an end. */
    public Lifetime endingAfter(Duration time) {
        return new Lifetime(pauseAfter, stopAfter, Optional.of(time));
    }
}
