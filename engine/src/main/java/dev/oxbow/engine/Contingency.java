package dev.oxbow.engine;

import dev.oxbow.base.TimeSource;
import java.time.Duration;
import java.util.Optional;

/**
 * What is done when a provider cannot do what is asked.
 *
 * @param fallback name of the provider that stands in for one that does not answer, if its walls
 *     are strong enough for the run; empty to fail at once
 * @param queueFor how long a run waits for room among the sandboxes that are allowed
 * @param settleFor how long a sandbox may be on its way to being ready
 * @param time by which all of that is counted
 */
public record Contingency(
        Optional<String> fallback, Duration queueFor, Duration settleFor, TimeSource time) {

    /** Waits ten minutes for room and two for a sandbox; the local provider stands in. */
    public static final Contingency USUAL =
            new Contingency(
                    Optional.of("local"),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(2),
                    TimeSource.system());

    /** The same with another stand-in, or none. */
    public Contingency withFallback(Optional<String> name) {
        return new Contingency(name, queueFor, settleFor, time);
    }
}
