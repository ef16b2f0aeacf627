package dev.oxbow.providers.local;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.LockFile;
import dev.oxbow.posix.Owner;
import dev.oxbow.posix.Posix;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Where layers and the records of checkpoints are on the host. */
final class LayerStore {
    private static final String JSON = ".json";

    private final LocalConfig config;

    LayerStore(LocalConfig config) {
        this.config = config;
    }

    /** Makes the folders. */
    static void prepare(Path data, boolean root) throws IOException {
        for (String name : List.of("layers", "checkpoints")) {
            Path folder = Files.createDirectories(data.resolve(name));
            // A sandbox's user walks through to its own layer when its walls are built.
            Files.setPosixFilePermissions(
                    folder,
                    PosixFilePermissions.fromString(
                            root && name.equals("layers") ? "rwx--x--x" : "rwx------"));
        }
    }

    Path layers() {
        return config.dataDir().resolve("layers");
    }

    /** The folder of one layer. */
    Path layer(String name) {
        return layers().resolve(name);
    }

    /** The tree of one layer. */
    Path files(String name) {
        return layer(name).resolve("files");
    }

    /**
     * The list of what the upper layer held when that layer of changes was made from it.
     *
     * @param name a layer of changes
     */
    Path index(String name) {
        return layer(name).resolve("index");
    }

    /** Makes an empty layer; a no-op if it is there. Its directories are as those of another. */
    void make(String name, Optional<Integer> uid, Optional<Path> like) {
        try {
            Path layer = directory(layer(name), uid.isPresent() ? "rwx--x--x" : "rwx------");
            Path unusedScratchOfTheKernel = directory(layer.resolve("work"), "rwx------");
            Path files = directory(files(name), "rwx------");
            for (String part : FilesPlan.PARTS) {
                Path made = directory(files.resolve(part), "rwx------");
                uid.ifPresent(u -> Posix.setOwner(made, new Owner(u, u)));
                if (like.isPresent()) {
                    Path model = like.get().resolve(part);
                    Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(model));
                    Files.setLastModifiedTime(made, Files.getLastModifiedTime(model));
                }
            }
            uid.ifPresent(u -> Posix.setOwner(files, new Owner(u, u)));
        } catch (IOException e) {
            throw unavailable("layer " + name + " cannot be made", e);
        }
    }

    private static Path directory(Path path, String mode) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectory(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        }
        return path;
    }

    /** Makes a plain tree the content of a layer; a no-op if that was done before. */
    void adopt(Path files, String name) {
        try {
            if (!Files.isDirectory(files(name)) && Files.isDirectory(files)) {
                Path unusedLayer = directory(layer(name), "rwx--x--x");
                Files.move(files, files(name), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw unavailable("layer " + name + " cannot be frozen", e);
        }
    }

    /** Takes {@link #adopt} back. */
    void release(String name, Path files) {
        try {
            if (Files.isDirectory(files(name)) && !Files.isDirectory(files)) {
                Files.move(files(name), files, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw unavailable("layer " + name + " cannot be given back", e);
        }
    }

    /** Whether nothing was written to a layer. */
    boolean empty(String name) {
        for (String part : FilesPlan.PARTS) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(files(name).resolve(part))) {
                if (all.iterator().hasNext()) {
                    return false;
                }
            } catch (AccessDeniedException closed) {
                // By its owner, who must have written that at least.
                return false;
            } catch (IOException e) {
                throw unavailable("layer " + name + " cannot be read", e);
            }
        }
        return true;
    }

    /** Content of frozen layers; counted once for each. */
    ByteSize bytes(List<String> names) {
        return new ByteSize(names.stream().mapToLong(this::bytes).sum());
    }

    private long bytes(String name) {
        Path known = layer(name).resolve("bytes");
        try {
            if (Files.exists(known)) {
                return Long.parseLong(Files.readString(known).strip());
            }
            long sum = sum(files(name));
            Path next = known.resolveSibling("bytes." + Thread.currentThread().threadId());
            Files.writeString(next, Long.toString(sum));
            Files.move(next, known, StandardCopyOption.ATOMIC_MOVE);
            return sum;
        } catch (NoSuchFileException gone) {
            return 0;
        } catch (IOException | NumberFormatException e) {
            throw unavailable("layer " + name + " cannot be counted", e);
        }
    }

    /** Content of what may still change. */
    static long sum(Path tree) throws IOException {
        AtomicLong sum = new AtomicLong();
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
                        sum.addAndGet(facts.isRegularFile() ? facts.size() : 0);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                        // A directory that its owner has closed, to an ordinary user; or gone.
                        return FileVisitResult.CONTINUE;
                    }
                });
        return sum.get();
    }

    /** Room that is won if a layer goes: what it shares with others is theirs too. */
    static long freed(Path layer) throws IOException {
        Map<Object, Integer> seen = new HashMap<>();
        AtomicLong sum = new AtomicLong();
        Files.walkFileTree(
                layer,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
                            throws IOException {
                        if (facts.isRegularFile()) {
                            Map<String, Object> more =
                                    Files.readAttributes(
                                            file, "unix:nlink,ino", LinkOption.NOFOLLOW_LINKS);
                            int names = seen.merge(more.get("ino"), 1, Integer::sum);
                            sum.addAndGet(
                                    Integer.valueOf(names).equals(more.get("nlink"))
                                            ? facts.size()
                                            : 0);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        return sum.get();
    }

    /** Names of all layers that there are. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(layers(), "sbx_*")) {
            all.forEach(each -> names.add(each.getFileName().toString()));
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the layers in %s cannot be listed: %s",
                            layers(),
                            Why.of(e))
                    .causedBy(e);
        }
        return names;
    }

    /** Takes a layer out of sight at once; its content goes in the background. */
    void discard(String name) {
        try {
            Trash.throwAway(layer(name), config.dataDir().resolve("trash"), name);
        } catch (NoSuchFileException gone) {
            return;
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.DESTROY_FAILED,
                            "layer %s cannot be removed: %s",
                            name,
                            Why.of(e))
                    .causedBy(e);
        }
    }

    private Path record(CheckpointId id) {
        return config.dataDir().resolve("checkpoints").resolve(id.value() + JSON);
    }

    Optional<StoredCheckpoint> checkpoint(CheckpointId id) {
        return RecordFile.read(record(id), StoredCheckpoint.class);
    }

    StoredCheckpoint require(CheckpointId id) {
        return checkpoint(id)
                .orElseThrow(() ->
                        OxException.of(
                                        ErrorCode.SNAPSHOT_NOT_FOUND,
                                        "checkpoint %s does not exist",
                                        id)
                                .with("checkpointId", id.value()));
    }

    /** Writes a checkpoint down unless its id is taken, and says whether it did. */
    boolean create(StoredCheckpoint checkpoint) {
        return RecordFile.create(record(checkpoint.id()), checkpoint);
    }

    /**
     * Writes a checkpoint in place of what was written of it; for the holder of {@link #deciding}.
     */
    void replace(StoredCheckpoint checkpoint) {
        RecordFile.writeLasting(record(checkpoint.id()), checkpoint);
    }

    /** Gives a layer of changes the list of another. */
    void copyIndex(String from, String to) {
        try {
            Files.copy(index(from), index(to), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unavailable("layer " + to + " cannot be made", e);
        }
    }

    /** All, oldest first. */
    List<StoredCheckpoint> checkpoints() {
        List<StoredCheckpoint> found = new ArrayList<>();
        Path folder = config.dataDir().resolve("checkpoints");
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(folder, CheckpointId.PREFIX + "*" + JSON)) {
            for (Path file : all) {
                RecordFile.read(file, StoredCheckpoint.class).ifPresent(found::add);
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the checkpoints in %s cannot be listed: %s",
                            folder,
                            Why.of(e))
                    .causedBy(e);
        }
        found.sort(
                Comparator.comparing(StoredCheckpoint::createdAt)
                        .thenComparing(c -> c.id().value()));
        return found;
    }

    /** Removes the record; a no-op if absent. */
    void forget(CheckpointId id) {
        try {
            Files.deleteIfExists(record(id));
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.DESTROY_FAILED,
                            "checkpoint %s cannot be deleted: %s",
                            id,
                            Why.of(e))
                    .causedBy(e);
        }
    }

    /**
     * Held by whoever gives a layer to a sandbox that it was not made for, beside others who do the
     * same. Taken after the lock of a sandbox.
     */
    LockFile giving() {
        return waiting(LockFile::tryShare);
    }

    /**
     * Held by whoever decides that a layer is needed by nobody, and by whoever changes what a
     * checkpoint consists of, while nobody gives any away. Taken after the lock of a sandbox.
     */
    LockFile deciding() {
        return waiting(LockFile::tryHold);
    }

    private LockFile waiting(Function<Path, Optional<LockFile>> attempt) {
        Deadline deadline = Deadline.in(config.patience().multipliedBy(3));
        long nap = 50_000;
        Path file = config.dataDir().resolve("locks").resolve("layers");
        while (true) {
            Optional<LockFile> held = attempt.apply(file);
            if (held.isPresent()) {
                return held.get();
            }
            if (deadline.expired()) {
                throw OxException.of(
                        ErrorCode.PROVIDER_TIMEOUT,
                        "the layers in %s are being looked through for too long",
                        layers());
            }
            LockSupport.parkNanos(nap);
            nap = Math.min(nap * 2, 1_000_000);
        }
    }

    private static OxException unavailable(String what, Exception e) {
        return OxException.of(ErrorCode.PROVIDER_UNAVAILABLE, "%s: %s", what, Why.of(e))
                .causedBy(e);
    }
}
