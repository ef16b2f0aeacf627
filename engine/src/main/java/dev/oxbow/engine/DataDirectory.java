package dev.oxbow.engine;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.posix.Posix;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Where an installation keeps what it must remember; private to its user.
 *
 * @param root absolute
 */
public record DataDirectory(Path root) {

    /**
     * The directory, made with what belongs in it if it is missing.
     *
     * @throws OxException {@code STORE_UNREADABLE} if that cannot be done
     */
    public static DataDirectory open(Path root) {
        DataDirectory data = new DataDirectory(root.toAbsolutePath().normalize());
        // Root's sandboxes run as users of their own: they pass through without seeing anything.
        data.make(data.root, Posix.effectiveUser() == 0 ? "rwx--x--x" : "rwx------");
        data.make(data.root.resolve("locks"));
        data.make(data.root.resolve("runs"));
        data.make(data.root.resolve("sync"));
        data.make(data.root.resolve("sockets"));
        data.make(data.sweepNotes());
        data.make(data.archive());
        data.make(data.leftovers());
        return data;
    }

    private Path make(Path directory) {
        return make(directory, "rwx------");
    }

    private Path make(Path directory, String mode) {
        try {
            if (!Files.isDirectory(directory)) {
                // The root may lie in a directory of the system that does not exist yet; only what
                // is ours is closed to others.
                Path parent = directory.getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectories(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
            }
            return directory;
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the data directory %s cannot be made: %s",
                            directory,
                            reason(e))
                    .suggest("Set OX_DATA_DIR to a directory that you can write.")
                    .causedBy(e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case FileAlreadyExistsException at -> at.getFile() + " is not a directory";
            case AccessDeniedException at -> at.getFile() + " may not be written";
            case NoSuchFileException at -> at.getFile() + " does not take directories";
            case FileSystemException at when at.getReason() != null ->
                    at.getFile() + ": " + at.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** The database. */
    public Path database() {
        return root.resolve("oxbow.db");
    }

    /** Where a provider of that name keeps its sandboxes. */
    public Path sandboxes() {
        return root.resolve("sandboxes");
    }

    /** Records of sandboxes that could not be removed yet. */
    Path leftovers() {
        return root.resolve("leftovers");
    }

    /** What Oxbow itself keeps of a run. */
    Path run(RunId id) {
        return make(root.resolve("runs").resolve(id.value()));
    }

    /** The redacted log of a run. */
    Path log(RunId id) {
        return run(id).resolve("run.log");
    }

    /** Held by whoever drives a run. */
    Path driverLock(RunId id) {
        return root.resolve("locks").resolve(id.value());
    }

    /** Held by whoever keeps house. */
    Path houseLock() {
        return root.resolve("locks").resolve("housekeeping");
    }

    /** Held while a sandbox is dealt with that names no thread. */
    Path orphanLock() {
        return root.resolve("locks").resolve("orphans");
    }

    /** What housekeeping remembers. */
    Path sweepNotes() {
        return root.resolve("sweep");
    }

    /** The work of destroyed sandboxes that was nowhere else. */
    Path archive() {
        return root.resolve("archive");
    }

    /** What housekeeping has done. */
    Path houseLog() {
        return root.resolve("housekeeping.jsonl");
    }

    /** Held while a thread's sandbox is looked for, made or changed. */
    Path threadLock(ThreadId id) {
        return root.resolve("locks").resolve(id.value());
    }

    /** Records of the sync of one worktree. */
    Path sync(String worktreeIdentity) {
        return make(root.resolve("sync").resolve(worktreeIdentity));
    }

    /** The socket that a sandbox's way out leads to; short, for the kernel takes 107 bytes. */
    Path socket(SandboxId id, Optional<Integer> port) {
        String body = id.value().substring(SandboxId.PREFIX.length());
        return root.resolve("sockets").resolve(body + port.map(p -> "-" + p).orElse(""));
    }
}
