package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an apply is about to do, written before it does it. Kept in our own state, never in the
 * worktree: whoever could write it could move files.
 */
final class Journal {
    private final Path directory;

    Journal(Path directory) {
        this.directory = directory;
    }

    /** How far an apply had come for certain. */
    enum Phase {
        /** Files are being laid out aside; the worktree is untouched. */
        STAGING,
        /** The worktree is being changed. */
        CHANGING,
        /** All is done but the clearing away. */
        DONE
    }

    /** What is done at one path. */
    enum Kind {
        /** A file or link is swapped with its new version. */
        REPLACE,
        /** A new file or link gets its name. */
        ADD,
        /** A file or link is moved aside. */
        REMOVE,
        /** A directory is made. */
        MAKE_DIRECTORY,
        /** An empty directory is removed. */
        REMOVE_DIRECTORY
    }

    /**
     * One step.
     *
     * @param path bytes of the path
     * @param stage number of the file that is laid out, or that the old version moves to
     * @param oldInode inode of what stands there before, 0 if nothing does
     * @param newInode inode of what will stand there, 0 if nothing will
     * @param newMtime time of change of what will stand there
     * @param mode permission bits of a directory
     */
    record Step(
            Kind kind,
            byte[] path,
            int stage,
            long oldInode,
            long newInode,
            long newMtime,
            int mode) {
        TreePath at() {
            return TreePath.of(path);
        }
    }

    /** The whole of it. */
    record Intent(RunId run, Phase phase, List<Step> steps) {}

    void write(Intent intent) {
        try {
            Durable.write(
                    file(intent.run()),
                    Json.write(intent).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.SYNC_APPLY_FAILED,
                            "the journal cannot be written, so nothing was applied: %s",
                            e)
                    .causedBy(e);
        }
    }

    /** The journal of a run; empty if there is none. */
    Optional<Intent> read(RunId run) {
        return read(file(run));
    }

    private static Optional<Intent> read(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(Json.read(Files.readString(file), Intent.class))
                    : Optional.empty();
        } catch (IOException | Json.MalformedJson e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "cannot read the journal %s", file)
                    .causedBy(e);
        }
    }

    /** All journals that were not cleared away. */
    List<Intent> open() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Intent> intents = new ArrayList<>();
            files.filter(f -> f.getFileName().toString().endsWith(".journal"))
                    .sorted()
                    .forEach(f -> read(f).ifPresent(intents::add));
            return intents;
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE, "cannot list journals in %s", directory)
                    .causedBy(e);
        }
    }

    void clear(RunId run) {
        try {
            Files.deleteIfExists(file(run));
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE, "cannot clear away a journal of %s", run)
                    .causedBy(e);
        }
    }

    private Path file(RunId run) {
        return directory.resolve(run + ".journal");
    }
}
