package dev.oxbow.engine;

import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.SandboxProcess;

/**
 * A command of the user's own that has been started: read it, write to it, wait for it, end it.
 *
 * @param sandbox where it runs
 * @param process the durable process
 */
public record Execution(SandboxId sandbox, SandboxProcess process) {}
