package dev.oxbow.environment;

import java.util.Map;

/**
 * What the probe looks at.
 *
 * @param variables of the process
 * @param system name of the operating system, lower case, such as {@code linux}
 * @param stdinTerminal whether somebody can type
 * @param stdoutTerminal whether somebody can read
 * @param ephemeralByUser whether the user's configuration says that nothing lasts here
 * @param disk the file systems
 */
record Surroundings(
        Map<String, String> variables,
        String system,
        boolean stdinTerminal,
        boolean stdoutTerminal,
        boolean ephemeralByUser,
        Disk disk) {
    Surroundings {
        variables = Map.copyOf(variables);
    }
}
