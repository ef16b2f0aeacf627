package dev.oxbow.engine;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.BootTime;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.DirectoryTree;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The work of destroyed sandboxes that was nowhere else, as plain folders: a copy of the workspace
 * and of the home, where agents keep their conversations, and a note of where it came from. A copy
 * that was cut short does not count and is made anew.
 */
final class WorkArchive {
    private static final Map<String, String> PARTS =
            Map.of(Sandbox.WORKSPACE, "workspace", Sandbox.HOME, "home");

    /** Below a home: what can be had again. */
    private static final TreePath CACHE = TreePath.of(".cache");

    private static final String ABOUT = "about.json";

    private final Path folder;

    WorkArchive(Path folder) {
        this.folder = folder;
    }

    /**
     * Where something came from.
     *
     * @param worktree the worktree that it belonged to
     * @param archivedAt when it was archived, for people
     * @param last when it was last seen by housekeeping
     * @param ageMillis for how long it was seen
     */
    record About(
            SandboxId sandbox,
            Optional<Path> worktree,
            String reason,
            Instant archivedAt,
            BootTime last,
            long ageMillis) {
        About seen(BootTime now) {
            long passed = last.atLeastUntil(now).toMillis();
            return new About(sandbox, worktree, reason, archivedAt, now, ageMillis + passed);
        }
    }

    /**
     * Copies the workspace and the home of a sandbox, whatever its state.
     *
     * @return the folder that now holds them; empty if both hold nothing
     */
    Optional<Path> keep(Sandbox sandbox, Optional<Path> worktree, String reason, BootTime now) {
        Path target = folder.resolve(sandbox.id().value());
        Path next = folder.resolve("." + sandbox.id().value());
        try {
            remove(next);
            boolean anything = false;
            for (Map.Entry<String, String> part : PARTS.entrySet()) {
                anything |= copy(sandbox, part.getKey(), next.resolve(part.getValue()));
            }
            if (!anything) {
                return Optional.empty();
            }
            write(next, new About(sandbox.id(), worktree, reason, Instant.now(), now, 0));
            // The sandbox goes next, and nothing else has what is in here.
            sync(next);
            remove(target);
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
            force(folder);
            return Optional.of(target);
        } catch (IOException e) {
            throw failed("the work of " + sandbox.id() + " cannot be archived", e);
        }
    }

    private static void sync(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
                        || Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                    force(each);
                }
            }
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static boolean copy(Sandbox sandbox, String directory, Path target) throws IOException {
        try (FileTree from = sandbox.files(directory)) {
            List<Entry> entries = from.scan(path -> !path.equals(CACHE));
            if (entries.isEmpty()) {
                return false;
            }
            Files.createDirectories(target);
            try (FileTree to = new DirectoryTree(Directory.open(target))) {
                copy(from, entries, to);
            }
            return true;
        }
    }

    private static void copy(FileTree from, List<Entry> entries, FileTree to) throws IOException {
        for (Entry entry : entries) {
            TreePath path = entry.path();
            switch (entry.kind()) {
                // Writable until all is in it.
                case DIRECTORY -> to.mkdir(path, entry.mode() | 0700);
                case SYMLINK -> to.symlink(path, from.readLink(path));
                case FILE -> {
                    try (InputStream content = from.read(path)) {
                        to.write(path, entry.mode(), Optional.of(entry.mtimeNanos()), content);
                    }
                }
                // Sockets and pipes hold no work.
                case OTHER -> {}
            }
        }
    }

    /**
     * Deletes what has been kept for that long.
     *
     * @param dryRun only look
     */
    List<Chore> forget(Duration kept, BootTime now, boolean dryRun) {
        List<Chore> done = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, SandboxId.PREFIX + "*")) {
            for (Path each : all) {
                About about = read(each).seen(now);
                if (about.ageMillis() >= kept.toMillis()) {
                    String reason = "archived work kept for " + Spans.text(kept);
                    done.add(new Chore(about.sandbox(), Chore.Action.FORGET, reason));
                    if (!dryRun) {
                        remove(each);
                    }
                } else if (!dryRun) {
                    write(each, about);
                }
            }
        } catch (IOException e) {
            throw failed("the archive cannot be read", e);
        }
        return done;
    }

    private static About read(Path archive) throws IOException {
        try {
            return Json.read(Files.readString(archive.resolve(ABOUT)), About.class);
        } catch (Json.MalformedJson e) {
            throw new IOException(archive.resolve(ABOUT) + " is damaged", e);
        }
    }

    private static void write(Path archive, About about) throws IOException {
        Path next = archive.resolve(ABOUT + ".next");
        Files.writeString(next, Json.write(about));
        Files.move(next, archive.resolve(ABOUT), StandardCopyOption.ATOMIC_MOVE);
    }

    private void remove(Path archive) {
        if (Files.exists(archive)) {
            try (Directory parent = Directory.open(folder)) {
                parent.removeTree(TreePath.of(folder.relativize(archive).toString()));
            }
        }
    }

    private OxException failed(String what, IOException e) {
        String why = e instanceof NoSuchFileException n ? n.getFile() + " is not there" : "" + e;
        return OxException.of(ErrorCode.STORE_UNREADABLE, "%s: %s", what, why).causedBy(e);
    }
}
