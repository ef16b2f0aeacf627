package dev.oxbow.engine;

import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import java.util.List;

/**
 * What was removed.
 *
 * @param sandboxes sandboxes destroyed
 * @param runs runs whose records and artifacts of ours are gone
 * @param notes what became of work that was nowhere else, for people
 */
public record Removal(List<SandboxId> sandboxes, List<RunId> runs, List<String> notes) {
    /** Copies the lists. */
    public Removal {
        sandboxes = List.copyOf(sandboxes);
        runs = List.copyOf(runs);
        notes = List.copyOf(notes);
    }
}
