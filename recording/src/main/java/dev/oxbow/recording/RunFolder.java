package dev.oxbow.recording;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.FileSpec;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The folder of one run's artifacts. In a worktree it is made beneath the root without following
 * links, since a repository can bring a link of that name. Closing it releases the descriptor.
 */
public final class RunFolder implements AutoCloseable {
    private static final TreePath RUNS = TreePath.of(".ox/runs");
    private static final TreePath RESERVE = TreePath.of(".reserve");
    private static final int RESERVED = 64 << 10;
    private static final byte[] IGNORE_ALL = "*\n".getBytes(StandardCharsets.US_ASCII);

    private final Directory directory;
    private final Path path;

    private RunFolder(Directory directory, Path path) {
        this.directory = directory;
        this.path = path;
    }

    /** Where the artifacts of a run are, if nobody says otherwise. */
    public static Path pathInWorktree(Path worktree, RunId run) {
        return worktree.resolve(".ox").resolve("runs").resolve(run.value());
    }

    /**
     * {@code .ox/runs/<run>} of a worktree, made if absent, with a {@code .gitignore} that hides
     * all runs from git.
     *
     * @throws OxException with {@code PATH_ESCAPE} if a part of it is a link
     */
    public static RunFolder inWorktree(Path worktree, RunId run) {
        return of(worktree, pathInWorktree(worktree, run));
    }

    /**
     * A folder that is made if absent: if it lies in the worktree, beneath its root as by {@link
     * #inWorktree}, else as by {@link #at}.
     */
    public static RunFolder of(Path worktree, Path path) {
        if (!path.startsWith(worktree) || path.equals(worktree)) {
            return at(path);
        }
        TreePath own = TreePath.of(worktree.relativize(path).toString());
        try (Directory root = Directory.open(worktree)) {
            root.mkdirs(own.parent(), 0755);
            TreePath ignore = RUNS.resolve(".gitignore");
            if (own.startsWith(RUNS) && root.stat(ignore).isEmpty()) {
                root.write(ignore, FileSpec.mode(0644), IGNORE_ALL);
            }
            root.mkdir(own, 0755);
            return new RunFolder(root.open(own), path);
        }
    }

    /** The folder that a user named, made if absent. */
    public static RunFolder at(Path path) {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw OxException.of(ErrorCode.PERMISSION_DENIED, "cannot make %s for artifacts", path)
                    .causedBy(e)
                    .suggest("Name a folder that can be made with --out.");
        }
        return new RunFolder(Directory.open(path), path);
    }

    /** Where it is, for people and for the outcome line. */
    public Path path() {
        return path;
    }

    /** Its files. */
    public Directory directory() {
        return directory;
    }

    /**
     * Holds back 64 KiB of the disk, so that the last artifacts can be written even when it is
     * full. To be called when the run begins; the space is freed when they are written.
     *
     * @throws OxException with {@code NO_SPACE} if there is not even that much
     */
    public void reserve() {
        byte[] held = new byte[RESERVED];
        // Not zeros: some file systems keep those for free.
        Arrays.fill(held, (byte) 0x5a);
        directory.write(RESERVE, FileSpec.mode(0600), held);
    }

    void freeReserve() {
        directory.remove(RESERVE);
    }

    /**
     * Refuses a link that someone put in place of a file of the run.
     *
     * @throws OxException with {@code PATH_ESCAPE}
     */
    void refuseLink(TreePath file) {
        boolean link = directory.stat(file).filter(e -> e.kind() == Entry.Kind.SYMLINK).isPresent();
        if (link) {
            throw OxException.of(
                            ErrorCode.PATH_ESCAPE,
                            "%s is a link and is not written through",
                            path.resolve(file.toString()))
                    .suggest("Remove the link.");
        }
    }

    @Override
    public void close() {
        directory.close();
    }
}
