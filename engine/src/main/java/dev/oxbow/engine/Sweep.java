package dev.oxbow.engine;

import dev.oxbow.sandbox.Garbage;
import java.util.List;

/**
 * What one round of housekeeping came to.
 *
 * @param dryRun whether it only looked
 * @param chores what was done, or would have been
 * @param garbage what providers kept that nothing needs any more, removed with it
 * @param untouched what could not be looked at or done and why, one line each; nothing was changed
 *     because of it
 */
public record Sweep(
        boolean dryRun, List<Chore> chores, List<Garbage> garbage, List<String> untouched) {
    /** Copies the lists. */
    public Sweep {
        chores = List.copyOf(chores);
        garbage = List.copyOf(garbage);
        untouched = List.copyOf(untouched);
    }
}
