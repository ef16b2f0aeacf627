package dev.oxbow.providers.fake;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Posix;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.DirectoryTree;
import dev.oxbow.sandbox.DirectoryWatch;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.FileWatch;
import dev.oxbow.sandbox.GuardedTree;
import dev.oxbow.sandbox.PathMapping;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.TerminalSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A sandbox that is a directory of the host and runs the host's programs in it. */
final class HostPlace implements Place {
    private static final List<String> ROOMS = List.of(Sandbox.WORKSPACE, Sandbox.HOME, "/tmp");

    private static final int MOST_WATCHED = 100_000;
    private static final int STOP = 19;
    private static final int CONTINUE = 18;

    private final Path directory;
    private final PathMapping mapping;
    private volatile boolean removed;

    HostPlace(Path directory, Map<String, Path> readOnly) {
        this.directory = directory;
        readOnly.forEach(HostPlace::check);
        Map<String, Path> rooms = new LinkedHashMap<>();
        try {
            for (String room : ROOMS) {
                Path real = files().resolve(room.substring(1));
                Files.createDirectories(real);
                rooms.put(room, real);
            }
            Files.createDirectories(processes());
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "cannot make the sandbox's directory %s",
                            directory)
                    .causedBy(e);
        }
        rooms.putAll(readOnly);
        mapping = new PathMapping(rooms);
    }

    private static void check(String inside, Path onHost) {
        if (!Files.isDirectory(onHost)) {
            throw OxException.of(
                    ErrorCode.INVALID_SANDBOX_CONFIG,
                    "%s is to show %s, which is not a directory",
                    inside,
                    onHost);
        }
    }

    @Override
    public FileTree files(String path) {
        return new GuardedTree(new DirectoryTree(directory(path)), this::refuseIfRemoved);
    }

    @Override
    public FileWatch watch(String path) {
        return new DirectoryWatch(() -> directory(path), MOST_WATCHED);
    }

    private Directory directory(String path) {
        String holder = mapping.holder(path);
        if (holder.equals("/")) {
            throw OxException.of(ErrorCode.FILE_NOT_FOUND, "the sandbox has no directory %s", path);
        }
        TreePath below = TreePath.of(path.substring(holder.length()).replaceAll("^/+|/+$", ""));
        // Opened beneath its room, so that no link of the sandbox leads out of it.
        try (Directory room = Directory.open(mapping.root(holder))) {
            return room.open(below);
        }
    }

    /** Files go one by one: what is not seen any more was not deleted by anybody inside. */
    private void refuseIfRemoved() {
        if (removed) {
            throw OxException.of(ErrorCode.SANDBOX_NOT_FOUND, "the sandbox is gone");
        }
    }

    @Override
    public Optional<Path> onHost(String path) {
        String holder = mapping.holder(path);
        return holder.equals("/")
                ? Optional.empty()
                : Optional.of(Path.of(mapping.root(holder) + path.substring(holder.length())));
    }

    @Override
    public Execution start(ProcessSpec spec, Spool spool) {
        return HostExecution.start(spec, workingDirectory(spec), mapping, processes(), spool);
    }

    @Override
    public HostTerminal openTerminal(
            ProcessSpec spec, TerminalSize size, Spool spool, Runnable use, Runnable ended) {
        return HostTerminal.open(
                spec, size, workingDirectory(spec), mapping, processes(), spool, use, ended);
    }

    private Path processes() {
        return directory.resolve("processes");
    }

    private Path workingDirectory(ProcessSpec spec) {
        return onHost(spec.cwd())
                .filter(Files::isDirectory)
                .orElseThrow(() ->
                        OxException.of(
                                ErrorCode.FILE_NOT_FOUND,
                                "the sandbox has no directory %s",
                                spec.cwd()));
    }

    @Override
    public Image save(CheckpointId id) {
        Path copy = directory.resolveSibling(id.value());
        List<Long> frozen = freeze();
        boolean done = false;
        try {
            HostImage.copy(files(), copy);
            done = true;
        } finally {
            frozen.forEach(pid -> Posix.kill(pid, CONTINUE));
            if (!done) {
                HostImage.removeAll(copy);
            }
        }
        return new HostImage(copy);
    }

    /** Stops all that runs here, however fast it multiplies. */
    private List<Long> freeze() {
        Set<Long> frozen = new LinkedHashSet<>();
        while (true) {
            List<Long> fresh =
                    HostProcesses.below(directory).stream()
                            .filter(pid -> !frozen.contains(pid))
                            .toList();
            if (fresh.isEmpty()) {
                return List.copyOf(frozen);
            }
            fresh.forEach(pid -> Posix.kill(pid, STOP));
            frozen.addAll(fresh);
        }
    }

    @Override
    public void restore(Image image) {
        if (!(image instanceof HostImage saved)) {
            throw new IllegalArgumentException("an image of another world: " + image);
        }
        HostImage.removeAll(files());
        HostImage.copy(saved.directory(), files());
    }

    private Path files() {
        return directory.resolve("root");
    }

    @Override
    public void remove() {
        removed = true;
        HostImage.removeAll(directory);
    }
}
