package dev.oxbow.cli;

import dev.oxbow.engine.Engine;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a command stands in: streams, directory, environment, and the way to the engine.
 *
 * @param in standard input
 * @param out standard output, for results
 * @param err standard error, for progress and failures
 * @param terminal whether standard output is a terminal
 * @param cwd the working directory, absolute
 * @param environment the caller's variables
 * @param engines opens the engine; called at most once, by commands that need it
 */
record Surroundings(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal,
        Path cwd,
        Map<String, String> environment,
        Supplier<Engine> engines) {

    /** Whether a variable says yes. */
    boolean flag(String name) {
        String value = environment.getOrDefault(name, "");
        return value.equals("1") || value.equalsIgnoreCase("true") || value.equalsIgnoreCase("yes");
    }

    /** A variable that is set and not empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Whether colours are wanted. */
    boolean colour() {
        return live() && variable("NO_COLOR").isEmpty();
    }

    /** Whether standard output is a terminal on which a line can be written anew. */
    boolean live() {
        return terminal && !environment.getOrDefault("TERM", "").equals("dumb");
    }
}
