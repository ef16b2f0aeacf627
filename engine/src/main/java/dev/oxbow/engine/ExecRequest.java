package dev.oxbow.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command of the user's own in a sandbox.
 *
 * @param place which sandbox
 * @param argv program and arguments, never through a shell
 * @param env variables added to the minimal environment
 * @param timeout longest time it may run; empty for no limit
 */
public record ExecRequest(
        Place place, List<String> argv, Map<String, String> env, Optional<Duration> timeout) {
    /** Copies the collections. */
    public ExecRequest {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
    }

    /** A command with the minimal environment and no limit. */
    public static ExecRequest of(Place place, List<String> argv) {
        return new ExecRequest(place, argv, Map.of(), Optional.empty());
    }
}
