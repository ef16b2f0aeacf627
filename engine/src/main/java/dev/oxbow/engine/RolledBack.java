package dev.oxbow.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import java.util.List;
import java.util.Optional;

/**
 * What a rollback did.
 *
 * @param sandbox the sandbox
 * @param to the state that its files are in again
 * @param incarnation the sandbox's incarnation since then
 * @param ended processes and terminals that were ended
 * @param before the checkpoint of what was there before, to go back once more
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RolledBack(
        SandboxId sandbox,
        CheckpointId to,
        int incarnation,
        List<ProcessId> ended,
        Optional<CheckpointId> before) {
    /** Copies the list. */
    public RolledBack {
        ended = List.copyOf(ended);
    }
}
