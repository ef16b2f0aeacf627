package dev.oxbow.sandbox;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ProcessId;
import java.util.List;

/**
 * What a rollback did.
 *
 * @param to the state that the files are in again
 * @param incarnation the sandbox's incarnation since then
 * @param ended the processes and terminals that ran and were ended, oldest first
 */
public record Rollback(CheckpointId to, int incarnation, List<ProcessId> ended) {
    /** Copies the list. */
    public Rollback {
        ended = List.copyOf(ended);
    }
}
