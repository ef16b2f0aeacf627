package dev.oxbow.environment;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where {@code ox} keeps what. {@code HOME} and {@code TMPDIR} are read from the environment: the
 * runtime's own notion of both does not follow them.
 */
final class StateFolders {
    private static final String OWN = ".sageox";

    private final Map<String, String> variables;

    StateFolders(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** The folder that lasts if the disk does; empty without a home. */
    Optional<Path> lasting() {
        if (Word.of("OX_XDG_ENABLE", variables).orElse(false)) {
            return absolute("XDG_CONFIG_HOME")
                    .or(() -> home().map(home -> home.resolve(".config")))
                    .map(config -> config.resolve("sageox"));
        }
        return home().map(home -> home.resolve(OWN));
    }

    /** Where a process in the background keeps its state. */
    Path state(boolean diskLasts) {
        Optional<Path> lasting =
                diskLasts ? lasting().map(p -> p.resolve("state")) : Optional.empty();
        return lasting.or(() -> absolute("XDG_RUNTIME_DIR"))
                .orElseGet(() -> temporary().resolve("ox-state-" + user()));
    }

    /** The folder for what may go with the machine. */
    Path temporary() {
        return absolute("TMPDIR").orElse(Path.of("/tmp"));
    }

    private Optional<Path> home() {
        return absolute("HOME");
    }

    private static String user() {
        return System.getProperty("user.name", "user");
    }

    private Optional<Path> absolute(String name) {
        return Optional.ofNullable(variables.get(name))
                .filter(value -> value.startsWith("/"))
                .map(Path::of);
    }
}
