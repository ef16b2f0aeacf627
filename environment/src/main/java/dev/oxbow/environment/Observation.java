package dev.oxbow.environment;

/**
 * What the examination of one thing found, in the words of whoever examined it.
 *
 * @param name what was examined
 * @param standing how it stands
 * @param detail version or cause, one line
 * @param fix what to do, one line; empty if nothing
 */
public record Observation(String name, Standing standing, String detail, String fix) {
    /** How a thing stands. */
    public enum Standing {
        /** Present and working. */
        PRESENT,
        /** Absent, and done without. */
        REDUCED,
        /** Absent, and needed. */
        MISSING,
        /** Absent, and not needed by anyone here. */
        UNUSED
    }

    /** The same as a check of the doctor. */
    public Check toCheck() {
        return Check.of(
                name,
                switch (standing) {
                    case PRESENT -> Check.Status.PASSED;
                    case REDUCED -> Check.Status.WARNING;
                    case MISSING -> Check.Status.FAILED;
                    case UNUSED -> Check.Status.SKIPPED;
                },
                detail,
                fix);
    }
}
