package dev.oxbow.sandbox;

/**
 * What the examination of one primitive found.
 *
 * @param name the primitive, such as {@code user-namespaces} or {@code bubblewrap}
 * @param status how it stands
 * @param detail version or cause, one line
 * @param fix what to do if it is not in order, one line; empty if nothing
 */
public record Finding(String name, Status status, String detail, String fix) {
    /** How a primitive stands. */
    public enum Status {
        /** Present and working. */
        OK,
        /** Absent, and the provider does without it, saying so. */
        REDUCED,
        /** Absent, and the provider refuses to start without it. */
        MISSING
    }
}
