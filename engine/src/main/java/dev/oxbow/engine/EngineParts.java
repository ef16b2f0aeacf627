package dev.oxbow.engine;

import dev.oxbow.agents.AgentStore;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.workspace.ManifestStore;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an engine is made of.
 *
 * @param data where it keeps its own
 * @param store threads, runs and events
 * @param manifests what sandboxes were given
 * @param checkpoints what is known of checkpoints
 * @param workspaces the sync of each worktree
 * @param providers by name
 * @param defaultProvider the name used if a request has none
 * @param agents the installed agents
 * @param environment of the caller; keys are read from it when a run needs them
 * @param launcher starts drivers of their own; without one, runs are driven in this process
 * @param upkeep how patient housekeeping is
 * @param contingency what is done when a provider cannot do what is asked
 * @param steps hears of each point that a run passes; for tests that kill it there
 */
public record EngineParts(
        DataDirectory data,
        RunStore store,
        ManifestStore manifests,
        CheckpointStore checkpoints,
        Workspaces workspaces,
        Map<String, SandboxProvider> providers,
        String defaultProvider,
        AgentStore agents,
        Map<String, String> environment,
        Optional<DriverLauncher> launcher,
        Upkeep upkeep,
        Contingency contingency,
        Consumer<CrashPoint> steps) {
    /** Copies the maps. */
    public EngineParts {
        providers = Map.copyOf(providers);
        environment = Map.copyOf(environment);
    }
}
