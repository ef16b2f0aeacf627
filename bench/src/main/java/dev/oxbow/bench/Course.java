package dev.oxbow.bench;

import dev.oxbow.bench.peer.Peers;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a part of the benchmark is run with.
 *
 * @param folder an empty folder of its own, open to walk through
 * @param quick whether a rough look is enough
 * @param peers what to compare with
 * @param progress where to say what goes on
 */
record Course(Path folder, boolean quick, Peers peers, PrintStream progress) {

    /** That many rounds, or a tenth, at least three. */
    int rounds(int whole) {
        return quick ? Math.max(3, whole / 10) : whole;
    }

    /** One number or the other. */
    int either(int whole, int small) {
        return quick ? small : whole;
    }

    /** A target that is meant for the whole number, and says nothing of a smaller one. */
    Target ofTheWhole(Target target) {
        return quick ? Target.NONE : target;
    }

    /** How long a peer may take for all rounds of one race. */
    Duration patience() {
        return Duration.ofSeconds(quick ? 3 : 8);
    }
}
