package dev.oxbow.providers.fake;

import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A world on a temporary directory, examined by the kit. */
final class DirectoryWorld implements ProviderUnderTest {
    private final Path root;
    private final FakeWorld world;

    DirectoryWorld() {
        try {
            root = Files.createTempDirectory("fake-world");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        world = FakeWorld.onDirectory(root);
    }

    @Override
    public SandboxProvider open() {
        return new FakeProvider(world);
    }

    @Override
    public boolean crash(SandboxId sandbox) {
        world.lose(sandbox);
        return true;
    }

    @Override
    public Set<String> residue() {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.list(root)) {
            files.forEach(file -> found.add(file.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        HostProcesses.below(root).forEach(pid -> found.add("process " + pid));
        return found;
    }

    @Override
    public void close() {
        world.close();
        try {
            Files.delete(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
