package dev.oxbow.posix;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One thing that happened in a watched directory.
 *
 * @param watch the number of the directory, as {@link Notices#watch} gave it
 * @param kind what happened
 * @param directory whether it happened to a directory
 * @param cookie the same for both halves of a move
 * @param name which name of the directory; empty if it is the directory itself
 */
public record Notice(int watch, Kind kind, boolean directory, int cookie, byte[] name) {
    /** What happened. */
    public enum Kind {
        /** A name was made. */
        CREATED,
        /** Content or attributes have changed. */
        MODIFIED,
        /** A name was removed. */
        DELETED,
        /** A name was moved away; where to, the other half tells, if it is watched. */
        MOVED_FROM,
        /** A name was moved here, perhaps over another. */
        MOVED_TO,
        /** The directory itself has got another name. */
        SELF_MOVED,
        /** The directory itself is no longer there or no longer watched. */
        SELF_GONE,
        /** Some notices were lost: there were more than the kernel keeps. */
        LOST
    }

    /** Whether it is about the directory itself. */
    public boolean self() {
        return name.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Notice(var w, var k, var d, var c, var n)
                && watch == w
                && kind == k
                && directory == d
                && cookie == c
                && Arrays.equals(name, n);
    }

    @Override
    public int hashCode() {
        return 31 * watch + Arrays.hashCode(name);
    }

    @Override
    public String toString() {
        return kind + " of " + watch + " " + new String(name, StandardCharsets.UTF_8);
    }
}
