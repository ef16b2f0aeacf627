package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies of files in a folder of our own, so that what was hashed is what is sent and kept, however
 * fast the files themselves change. Not for several threads.
 */
final class Staging {
    private final Path folder;
    private final Map<TreePath, Path> copies = new HashMap<>();
    private final Map<TreePath, TreeContent.Reading> readings = new HashMap<>();

    Staging(Path folder) {
        this.folder = folder;
    }

    /** Copies a file; empty if it vanished or would not keep still. */
    Optional<Node.File> take(TreeContent content, Entry entry) {
        Path copy = folder.resolve("staged-" + copies.size());
        try {
            TreeContent.Reading reading =
                    content.reading(
                            entry,
                            in -> {
                                try (OutputStream out = Files.newOutputStream(copy)) {
                                    in.transferTo(out);
                                }
                            });
            copies.put(entry.path(), copy);
            readings.put(entry.path(), reading);
            return Optional.of(reading.node());
        } catch (OxException e) {
            if (moving(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Makes sure that a file is held as it was seen before. */
    boolean holds(TreeContent content, Source source, TreePath path, Node.File seen) {
        TreeContent.@Nullable Reading known = readings.get(path);
        if (known != null) {
            return known.node().equals(seen);
        }
        return source.stat(path)
                .filter(entry -> entry.kind() == Entry.Kind.FILE)
                .flatMap(entry -> take(content, entry))
                .filter(seen::equals)
                .isPresent();
    }

    /** What a file that is held was read as. */
    TreeContent.Reading reading(TreePath path) {
        return held(readings.get(path), path);
    }

    Collection<TreeContent.Reading> readings() {
        return readings.values();
    }

    InputStream open(TreePath path) throws IOException {
        return Files.newInputStream(held(copies.get(path), path));
    }

    private static <T> T held(@Nullable T value, TreePath path) {
        if (value == null) {
            throw new IllegalStateException(path + " is not held");
        }
        return value;
    }

    /** Whether an error only says that somebody else changed the place in the same moment. */
    static boolean moving(OxException e) {
        return switch (e.code()) {
            case FILE_CHANGING,
                    FILE_NOT_FOUND,
                    FILE_EXISTS,
                    IS_DIRECTORY,
                    NOT_DIRECTORY,
                    PATH_ESCAPE ->
                    true;
            default -> e.code() == ErrorCode.PERMISSION_DENIED;
        };
    }
}
