package dev.oxbow.engine;

import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import java.util.List;

/**
 * A command that runs in a sandbox, as lists show it.
 *
 * @param id by which it is attached to
 * @param terminal whether it runs on a terminal
 * @param sandbox where it runs
 * @param argv program and arguments
 */
public record ProcessView(ProcessId id, boolean terminal, SandboxId sandbox, List<String> argv) {
    /** Copies the list. */
    public ProcessView {
        argv = List.copyOf(argv);
    }
}
