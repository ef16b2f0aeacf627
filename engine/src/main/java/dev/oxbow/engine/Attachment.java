package dev.oxbow.engine;

import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Terminal;

/** A command in a sandbox that was found by its id, to be read, fed and ended by whoever wants. */
public sealed interface Attachment {
    /** Where it runs. */
    SandboxId sandbox();

    /**
     * One whose output and errors are two streams.
     *
     * @param sandbox where it runs
     * @param process the durable process
     */
    record OfProcess(SandboxId sandbox, SandboxProcess process) implements Attachment {}

    /**
     * One on a terminal.
     *
     * @param sandbox where it runs
     * @param terminal the durable terminal
     */
    record OfTerminal(SandboxId sandbox, Terminal terminal) implements Attachment {}
}
