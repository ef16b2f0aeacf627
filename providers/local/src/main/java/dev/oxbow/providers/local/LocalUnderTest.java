package dev.oxbow.providers.local;

import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.Tier;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import dev.oxbow.sandbox.kit.Wall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A data folder that belongs to a test, and what is to be seen of it on the machine. */
final class LocalUnderTest implements ProviderUnderTest {
    /** Tests also look at sockets that nobody will ever listen on. */
    private static final Duration RELAY_PATIENCE = Duration.ofSeconds(1);

    private final Path data;
    private final Tier tier;

    /** With the usual walls. */
    LocalUnderTest(Path data) {
        this(data, Tier.NAMESPACE);
    }

    /** With those walls, where nothing else is asked for. */
    LocalUnderTest(Path data, Tier tier) {
        this.data = data;
        this.tier = tier;
    }

    private static LocalConfig config(Path data) {
        return LocalConfig.of(data).withRelayPatience(RELAY_PATIENCE);
    }

    @Override
    public LocalProvider open() {
        return tier.isolates()
                ? new LocalProvider(config(data))
                : LocalProvider.withoutWalls(config(data));
    }

    @Override
    public Set<Wall> walls() {
        if (!tier.isolates()) {
            return Set.of();
        }
        Set<Wall> all = EnumSet.allOf(Wall.class);
        try (LocalProvider probe = open()) {
            if (!probe.fenced()) {
                all.remove(Wall.LANDLOCK);
            }
        }
        return all;
    }

    @Override
    public Set<String> residue() {
        Set<String> found = new TreeSet<>();
        for (String folder : List.of("sandboxes", "trash", "uids", "layers", "checkpoints")) {
            try (DirectoryStream<Path> names = Files.newDirectoryStream(data.resolve(folder))) {
                for (Path name : names) {
                    // What was found out about this machine is kept.
                    if (!name.getFileName().toString().startsWith("support-")) {
                        found.add("file " + name);
                    }
                }
            } catch (NoSuchFileException notMadeYet) {
                found.remove(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        for (long pid : ProcessTable.withArgument(data.toString())) {
            if (pid != ProcessHandle.current().pid()) {
                found.add("process " + pid);
            }
        }
        return found;
    }

    @Override
    public boolean crash(SandboxId sandbox) {
        ProcessRef holder =
                StoredSandbox.read(SandboxFolder.of(data, sandbox).record())
                        .flatMap(StoredSandbox::holder)
                        .orElseThrow();
        return Posix.kill(holder.pid(), 9);
    }

    @Override
    public Optional<Elsewhere> elsewhere() {
        return Optional.of(
                new Elsewhere(
                        tier.isolates() ? FolderOpener.class : BareFolderOpener.class,
                        data.toString()));
    }

    @Override
    public void close() {
        Trash.deleteNow(data);
    }

    /** Opens the provider in another Java process. */
    public static final class FolderOpener implements Opener {
        /** For the other process. */
        public FolderOpener() {}

        @Override
        public SandboxProvider open(String where) {
            return new LocalProvider(config(Path.of(where)));
        }
    }

    /** Opens the provider without walls, likewise. */
    public static final class BareFolderOpener implements Opener {
        /** For the other process. */
        public BareFolderOpener() {}

        @Override
        public SandboxProvider open(String where) {
            return LocalProvider.withoutWalls(config(Path.of(where)));
        }
    }
}
