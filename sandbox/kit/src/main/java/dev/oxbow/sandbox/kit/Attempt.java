package dev.oxbow.sandbox.kit;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One way out of a sandbox that is tried. It counts as a success if its program prints {@link
 * #ESCAPED} or the secret of the bait that the kit has laid out on the host, or if the bait was
 * touched.
 *
 * @param number its number, such as {@code E01}; never given to another
 * @param kind how it is made
 * @param walls what stops it, each alone
 * @param name what it is after
 * @param tries what it does
 * @param kernel what the kernel refuses or lacks besides
 * @param setting where its success is shown if none of its walls can be taken down alone
 * @param program its text; empty if the proof stands elsewhere
 */
public record Attempt(
        String number,
        Kind kind,
        List<Wall> walls,
        String name,
        String tries,
        Optional<String> kernel,
        Optional<String> setting,
        String program) {
    /** What a program prints that got through. */
    public static final String ESCAPED = "ESCAPED";

    /** Copies the list. */
    public Attempt {
        walls = List.copyOf(walls);
    }

    /** How an attempt is made. */
    public enum Kind {
        /** A shell script as a command inside. */
        SHELL,
        /** A Perl program as a command inside, behind {@code prelude.pl}. */
        PERL,
        /** The same on a terminal. */
        TERMINAL,
        /** A shell script in a sandbox with narrow limits. */
        LIMITED,
        /** A shell script that lays a trap for the host, which then steps into it. */
        HOST,
        /** Proven by a test beside the wall, whose name begins with the number. */
        ELSEWHERE;

        static Kind of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /** Whether a sandbox is needed, and is enough, to make it. */
    public boolean inSandbox() {
        return kind != Kind.ELSEWHERE;
    }

    /** What the test that proves it elsewhere is called at its beginning. */
    public String testPrefix() {
        return number.toLowerCase(Locale.ROOT) + "_";
    }

    @Override
    public String toString() {
        return number + " " + name;
    }
}
