package dev.oxbow.engine;

import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import java.util.List;

/**
 * What was removed.
 *
 * @param sandboxes sandboxes destroyed
 * @param runs runs whose records and artifacts of ours are gone
 */
public record Removal(List<SandboxId> sandboxes, List<RunId> runs) {
    /** Copies the lists. */
    public Removal {
        sandboxes = List.copyOf(sandboxes);
        runs = List.copyOf(runs);
    }
}
