package dev.oxbow.egress;

import java.time.Duration;

/**
 * Bounds of a proxy.
 *
 * @param connections open at once; more are answered 503
 * @param headBytes of one request or answer head
 * @param headTime from the accepted connection to the complete head, and from the opened tunnel to
 *     the complete TLS greeting
 * @param connectTime for name lookup and connection together
 * @param idleTime without a byte in either direction; long, because models think silently
 */
public record EgressLimits(
        int connections,
        int headBytes,
        Duration headTime,
        Duration connectTime,
        Duration idleTime) {
    /** What is used if nothing else is said. */
    public static final EgressLimits DEFAULT =
            new EgressLimits(
                    512,
                    64 << 10,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(15),
                    Duration.ofMinutes(15));
}
