package dev.oxbow.providers.fake;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.FileWatch;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** A sandbox that exists in this Java process only. */
final class MemoryPlace implements Place {
    private static final List<String> ROOMS = List.of(Sandbox.WORKSPACE, Sandbox.HOME, "/tmp");

    private final MemoryFiles files;
    private final MemoryMachine machine;

    MemoryPlace(
            Clock clock, Map<String, Path> readOnly, IntFunction<Optional<SocketChannel>> network) {
        files = new MemoryFiles(clock);
        machine = new MemoryMachine(files, network);
        for (String room : ROOMS) {
            makeDirectories(room);
        }
        readOnly.forEach(this::copyIn);
    }

    private void makeDirectories(String path) {
        try (FileTree all = files.tree("/")) {
            TreePath at = TreePath.ROOT;
            for (byte[] name : TreePath.of(path.substring(1)).components()) {
                at = at.resolve(name);
                all.mkdir(at, 0755);
            }
        }
    }

    /** What the host shows is copied once: a change on the host is not seen. */
    private void copyIn(String inside, Path onHost) {
        if (!Files.isDirectory(onHost)) {
            throw OxException.of(
                    ErrorCode.INVALID_SANDBOX_CONFIG,
                    "%s is to show %s, which is not a directory",
                    inside,
                    onHost);
        }
        makeDirectories(inside);
        try (Directory from = Directory.open(onHost);
                FileTree to = files.tree(inside)) {
            for (Entry entry : from.scan(_ -> true)) {
                switch (entry.kind()) {
                    case DIRECTORY -> to.mkdir(entry.path(), entry.mode());
                    case SYMLINK -> to.symlink(entry.path(), from.readLink(entry.path()));
                    case FILE -> {
                        try (InputStream content = from.read(entry.path())) {
                            to.write(entry.path(), entry.mode(), Optional.empty(), content);
                        }
                    }
                    case OTHER -> {}
                }
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.PROVIDER_UNAVAILABLE, "cannot read %s", onHost)
                    .causedBy(e);
        }
    }

    @Override
    public FileTree files(String directory) {
        return files.tree(directory);
    }

    @Override
    public FileWatch watch(String directory) {
        return new MemoryWatch(() -> files.tree(directory));
    }

    @Override
    public Optional<Path> onHost(String directory) {
        return Optional.empty();
    }

    @Override
    public Execution start(ProcessSpec spec, Spool spool) {
        if (!(machine.paths().find("/", spec.cwd()).orElse(null) instanceof Node.Directory)) {
            throw OxException.of(
                    ErrorCode.FILE_NOT_FOUND, "the sandbox has no directory %s", spec.cwd());
        }
        return machine.start(spec, spool);
    }

    @Override
    public HostTerminal openTerminal(
            ProcessSpec spec, TerminalSize size, Spool spool, Runnable use, Runnable ended) {
        throw Capability.PTY.refusedBy(FakeProvider.NAME);
    }

    @Override
    public Image save(CheckpointId id) {
        return files.save(ROOMS);
    }

    @Override
    public void restore(Image image) {
        if (!(image instanceof MemoryImage saved)) {
            throw new IllegalArgumentException("an image of another world: " + image);
        }
        files.restore(saved);
    }

    @Override
    public void remove() {
        // Memory goes with the last who knows it.
    }
}
