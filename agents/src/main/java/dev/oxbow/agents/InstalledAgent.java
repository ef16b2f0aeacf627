package dev.oxbow.agents;

import java.nio.file.Path;
import java.util.List;

/**
 * An agent that is installed on this machine.
 *
 * @param name which one
 * @param version its version, verified when it was installed
 * @param hostRoot its directory on the host
 * @param insideRoot where that directory must be shown, read-only, in a sandbox
 * @param entry program and first arguments that start it inside
 */
public record InstalledAgent(
        AgentName name, String version, Path hostRoot, String insideRoot, List<String> entry) {
    /** Copies the list. */
    public InstalledAgent {
        entry = List.copyOf(entry);
    }
}
