package dev.oxbow.sandbox.faults;

import dev.oxbow.base.SandboxId;

/** Ends things past the provider, as a crash would. */
@FunctionalInterface
public interface Victims {

    /**
     * Sends a signal.
     *
     * @param signal its number on Linux
     * @param target {@code sandbox} for what keeps it standing, {@code owner} for this process
     * @param sandbox the sandbox that the call was about
     * @return false if there is nothing of the kind to be killed
     */
    boolean kill(int signal, String target, SandboxId sandbox);

    /** Nobody can be killed: scripts that want it fail. */
    static Victims none() {
        return (_, _, _) -> false;
    }
}
