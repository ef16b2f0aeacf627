package dev.oxbow.engine;

import dev.oxbow.agents.Launch;
import dev.oxbow.base.OxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of one run, read from the caller's environment when they are needed; never stored, never
 * shown.
 */
final class Secrets {
    private final Map<String, String> variables;

    private Secrets(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /**
     * Reads what a launch needs.
     *
     * @throws OxException {@code AGENT_AUTH_MISSING} if there is no value and the agent needs one
     */
    static Secrets of(Launch launch, Map<String, String> environment) {
        return new Secrets(
                launch.key().resolve(name -> Optional.ofNullable(environment.get(name))));
    }

    /** Variables for the agent's process. */
    Map<String, String> variables() {
        return variables;
    }

    /** Values that must never be seen. */
    List<String> values() {
        return List.copyOf(variables.values());
    }

    @Override
    public String toString() {
        return "Secrets" + variables.keySet();
    }
}
