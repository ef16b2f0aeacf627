package dev.oxbow.app;

import dev.oxbow.agents.AgentStore;
import dev.oxbow.base.TimeSource;
import dev.oxbow.engine.Contingency;
import dev.oxbow.engine.CrashPoint;
import dev.oxbow.engine.DataDirectory;
import dev.oxbow.engine.DriverLauncher;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.EngineParts;
import dev.oxbow.engine.InProcessEngine;
import dev.oxbow.engine.Upkeep;
import dev.oxbow.engine.Workspaces;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.resilience.Patience;
import dev.oxbow.resilience.ResilientProvider;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.store.Database;
import dev.oxbow.store.SqliteCheckpointStore;
import dev.oxbow.store.SqliteManifestStore;
import dev.oxbow.store.SqliteRunStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An installation of Oxbow, wired.
 *
 * <pre>{@code
 * try (Engine engine = Oxbow.at(dataDirectory).environment(System.getenv()).open()) {
 *     engine.recover();
 *     RunId run = engine.start(RunRequest.of(cwd, "fix the test").build()).getFirst();
 * }
 * }</pre>
 *
 * <p>Not for several threads; the engine it opens is.
 */
public final class Oxbow {
    private final Path data;
    private final Map<String, SandboxProvider> others = new LinkedHashMap<>();
    private Map<String, String> environment = Map.of();
    private Optional<DriverLauncher> launcher = Optional.empty();
    private Optional<Path> agents = Optional.empty();
    private Contingency contingency = Contingency.USUAL;
    private Consumer<CrashPoint> steps = _ -> {};

    private Oxbow(Path data) {
        this.data = data;
    }

    /** An installation with that data directory, made if it is missing. */
    public static Oxbow at(Path data) {
        return new Oxbow(data);
    }

    /** The caller's environment, in which keys are looked up. */
    public Oxbow environment(Map<String, String> value) {
        environment = value;
        return this;
    }

    /**
     * Has runs without a caller driven by processes of their own, and those whose caller is killed
     * driven on by them. They inherit the environment of this process, not {@link #environment}.
     *
     * @param command the words that start {@link Engine#drive}; the id of the run is added
     */
    public Oxbow drivers(List<String> command) {
        DataDirectory directory = new DataDirectory(data.toAbsolutePath().normalize());
        launcher = Optional.of(new DriverProcess(command, directory.root()));
        return this;
    }

    /**
     * A further provider, by its name; it becomes the default if it is the first one. It is not
     * this machine, so it is used with patience.
     */
    public Oxbow provider(SandboxProvider provider) {
        others.put(
                provider.name(),
                new ResilientProvider(provider, Patience.REMOTE, TimeSource.system()));
        return this;
    }

    /** Takes the agents from the data directory of another installation. */
    public Oxbow agentsOf(Path otherData) {
        agents = Optional.of(otherData);
        return this;
    }

    /** What is done when a provider fails; {@link Contingency#USUAL} unless set. */
    public Oxbow contingency(Contingency value) {
        contingency = value;
        return this;
    }

    /** Hears of the points that runs pass; for tests. */
    public Oxbow steps(Consumer<CrashPoint> value) {
        steps = value;
        return this;
    }

    /**
     * Opens it.
     *
     * @throws dev.oxbow.base.OxException {@code STORE_UNREADABLE} if its records cannot be read
     */
    public Engine open() {
        DataDirectory directory = DataDirectory.open(data);
        Database database = Database.open(directory.database());
        Map<String, SandboxProvider> providers = new LinkedHashMap<>(others);
        SandboxProvider local = new LocalProvider(LocalConfig.of(directory.sandboxes()));
        providers.putIfAbsent(local.name(), local);
        String first = providers.keySet().iterator().next();
        SqliteManifestStore manifests = new SqliteManifestStore(database);
        return new InProcessEngine(
                new EngineParts(
                        directory,
                        new SqliteRunStore(database),
                        manifests,
                        new SqliteCheckpointStore(database),
                        Workspaces.of(directory, manifests),
                        providers,
                        first,
                        new AgentStore(agents.orElse(directory.root())),
                        environment,
                        launcher,
                        Upkeep.DEFAULT,
                        contingency,
                        steps));
    }
}
