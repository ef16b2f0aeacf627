package dev.oxbow.store;

import dev.oxbow.agents.AgentStore;
import dev.oxbow.engine.Contingency;
import dev.oxbow.engine.CrashPoint;
import dev.oxbow.engine.DataDirectory;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.EngineParts;
import dev.oxbow.engine.InProcessEngine;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunView;
import dev.oxbow.engine.Upkeep;
import dev.oxbow.engine.Workspaces;
import dev.oxbow.providers.fake.FakeProvider;
import dev.oxbow.providers.fake.FakeWorld;
import dev.oxbow.sandbox.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** An installation with the real sync of a git worktree, on sandboxes that are directories. */
final class GitInstallation implements AutoCloseable {
    final FakeWorld world;
    final Path worktree;
    private final Path root;
    private final List<Engine> engines = new ArrayList<>();

    GitInstallation(Path root) throws Exception {
        this.root = root;
        this.world =
                FakeWorld.onDirectory(Files.createDirectories(root.resolve("world")))
                        .without(Capability.NET_RELAY)
                        .withCheapCheckpoints();
        this.worktree = Files.createDirectories(root.resolve("tree")).toRealPath();
        git("init", "-q", "-b", "main");
        write("a", "first\n");
        write("b", "first\n");
        git("add", ".");
        git("-c", "user.name=u", "-c", "user.email=u@x", "commit", "-q", "-m", "first");
    }

    private void git(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(words));
        int exit =
                new ProcessBuilder(command)
                        .directory(worktree.toFile())
                        .inheritIO()
                        .start()
                        .waitFor();
        if (exit != 0) {
            throw new IllegalStateException(command + " exited with " + exit);
        }
    }

    Engine engine(Consumer<CrashPoint> steps) {
        DataDirectory data = DataDirectory.open(root.resolve("data"));
        Database database = Database.open(data.database());
        SqliteManifestStore manifests = new SqliteManifestStore(database);
        Engine engine =
                new InProcessEngine(
                        new EngineParts(
                                data,
                                new SqliteRunStore(database),
                                manifests,
                                new SqliteCheckpointStore(database),
                                Workspaces.of(data, manifests),
                                Map.of("fake", new FakeProvider(world)),
                                "fake",
                                new AgentStore(root.resolve("data")),
                                Map.of(),
                                Optional.empty(),
                                Upkeep.DEFAULT,
                                Contingency.USUAL,
                                steps));
        engines.add(engine);
        return engine;
    }

    RunRequest.Builder script(String script) {
        return RunRequest.of(worktree, "")
                .command(List.of("/bin/sh", "-ec", script))
                .withoutWalls();
    }

    /** Runs a script to its end. */
    static RunView run(Engine engine, RunRequest request) throws InterruptedException {
        return engine.await(engine.start(request).getFirst());
    }

    void write(String name, String content) throws IOException {
        Files.writeString(worktree.resolve(name), content);
    }

    String read(String name) throws IOException {
        return Files.readString(worktree.resolve(name));
    }

    @Override
    public void close() {
        engines.forEach(Engine::close);
        world.close();
    }
}
