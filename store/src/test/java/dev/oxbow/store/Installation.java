package dev.oxbow.store;

import dev.oxbow.agents.AgentStore;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Contingency;
import dev.oxbow.engine.CrashPoint;
import dev.oxbow.engine.DataDirectory;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.EngineParts;
import dev.oxbow.engine.EventStream;
import dev.oxbow.engine.InProcessEngine;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunStore;
import dev.oxbow.engine.Upkeep;
import dev.oxbow.posix.BootTime;
import dev.oxbow.providers.fake.FakeProvider;
import dev.oxbow.providers.fake.FakeWorld;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.workspace.ManifestStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/** An installation on fake sandboxes with a worktree, in a folder of a test. */
final class Installation implements AutoCloseable {
    final FakeWorld world;
    final Path worktree;
    private final Path root;
    private final AtomicReference<Optional<ErrorCode>> harvestFault =
            new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<ErrorCode>> applyFault =
            new AtomicReference<>(Optional.empty());
    private final Function<DataDirectory, RunStore> store;
    private final AtomicLong passed = new AtomicLong();
    private final AtomicBoolean diffsFail = new AtomicBoolean();
    private Map<String, SandboxProvider> providers;
    private String defaultProvider = "fake";
    private Contingency contingency = Contingency.USUAL;
    private final ManifestStore manifests = new FakeManifestStore();

    /** With the records in a database. */
    Installation(Path root) throws IOException {
        this(root, data -> new SqliteRunStore(Database.open(data.database())));
    }

    /** With the records in that store. */
    Installation(Path root, Function<DataDirectory, RunStore> store) throws IOException {
        this.root = root;
        this.store = store;
        this.world =
                FakeWorld.onDirectory(Files.createDirectories(root.resolve("world")))
                        // Without walls all sandboxes share the ports of the host.
                        .without(Capability.NET_RELAY);
        this.worktree = Files.createDirectories(root.resolve("tree")).toRealPath();
        this.providers = Map.of("fake", new FakeProvider(world));
        Path git = Files.createDirectories(worktree.resolve(".git"));
        Files.createDirectories(git.resolve("objects"));
        Files.createDirectories(git.resolve("refs"));
        Files.writeString(git.resolve("HEAD"), "ref: refs/heads/main\n");
    }

    /** From now on no patch can be made. */
    void failDiffs() {
        diffsFail.set(true);
    }

    /** Has its sandboxes made by those, the first of which is the default. */
    Installation providers(Contingency plan, SandboxProvider first, SandboxProvider other) {
        providers = Map.of(first.name(), first, other.name(), other);
        defaultProvider = first.name();
        contingency = plan;
        return this;
    }

    /** What sandboxes were given, kept over all engines. */
    ManifestStore manifests() {
        return manifests;
    }

    Engine engine() {
        return engine(_ -> {});
    }

    Engine engine(Consumer<CrashPoint> steps) {
        DataDirectory data = DataDirectory.open(root.resolve("data"));
        return new InProcessEngine(
                new EngineParts(
                        data,
                        store.apply(data),
                        manifests,
                        new FakeCheckpointStore(),
                        tree ->
                                new CopyingWorkspace(
                                        tree,
                                        root.resolve("shelf"),
                                        () -> fail(harvestFault),
                                        () -> fail(applyFault),
                                        diffsFail::get),
                        providers,
                        defaultProvider,
                        new AgentStore(root.resolve("data")),
                        Map.of(),
                        Optional.empty(),
                        Upkeep.DEFAULT.withClock(this::now),
                        contingency,
                        steps));
    }

    /** Lets time pass, for sandboxes and for whoever looks after them. */
    void pass(Duration time) {
        passed.addAndGet(time.toMillis());
        world.pass(time);
    }

    private BootTime now() {
        BootTime real = BootTime.now();
        return new BootTime(real.boot(), real.millis() + passed.get());
    }

    /** Lets the next fetch of a run's work fail. */
    void failNextHarvest(ErrorCode code) {
        harvestFault.set(Optional.of(code));
    }

    /** Lets the next writing of a run's work into the worktree fail. */
    void failNextApply(ErrorCode code) {
        applyFault.set(Optional.of(code));
    }

    private static void fail(AtomicReference<Optional<ErrorCode>> fault) {
        fault.getAndSet(Optional.empty())
                .ifPresent(code -> {
                    throw OxException.of(code, "as told");
                });
    }

    /** A run of a shell script. */
    RunRequest.Builder script(String script) {
        return RunRequest.of(worktree, "").command(List.of("/bin/sh", "-c", script)).withoutWalls();
    }

    /** All events of a run, followed to its end. */
    static List<EventEnvelope> follow(Engine engine, RunId run) throws InterruptedException {
        List<EventEnvelope> all = new ArrayList<>();
        Deadline deadline = Deadline.in(Duration.ofSeconds(30));
        try (EventStream events = engine.events(run, 0)) {
            while (!events.finished() && !deadline.expired()) {
                events.next(deadline).ifPresent(all::add);
            }
        }
        return all;
    }

    static List<String> types(List<EventEnvelope> events) {
        return events.stream().map(EventEnvelope::type).toList();
    }

    @Override
    public void close() {
        world.close();
    }
}
