package dev.oxbow.resilience;

import java.time.Duration;

/**
 * How long a provider is waited for, and how often it is asked.
 *
 * @param attempt longest time for one answer
 * @param attempts how often a call is made that may be repeated
 * @param firstPause pause before the second attempt; each further one is three times as long
 * @param longestPause no pause of our own is longer
 * @param longestWait how long all pauses of one call may be together, also those that the provider
 *     asks for
 * @param silence how long a stream may say nothing before it is opened anew
 * @param failures so many failures open the circuit
 * @param window if they come within this time
 * @param probeAfter how long the circuit stays open before one call is let through
 */
public record Patience(
        Duration attempt,
        int attempts,
        Duration firstPause,
        Duration longestPause,
        Duration longestWait,
        Duration silence,
        int failures,
        Duration window,
        Duration probeAfter) {

    /** For a service on the internet. */
    public static final Patience REMOTE =
            new Patience(
                    Duration.ofSeconds(60),
                    2,
                    Duration.ofMillis(500),
                    Duration.ofSeconds(15),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(30),
                    5,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30));

    Duration pause(int failed) {
        Duration pause = firstPause;
        for (int i = 1; i < failed && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(3);
        }
        return pause.compareTo(longestPause) > 0 ? longestPause : pause;
    }
}
