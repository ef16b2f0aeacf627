package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Removes folders with whatever a sandbox has left in them; links are removed, never followed, and
 * a folder in which something is mounted stays as it is.
 */
final class Trash {
    private Trash() {}

    /**
     * Takes a folder out of sight at once; its content goes in the background.
     *
     * @throws OxException {@code DESTROY_FAILED} if something is mounted in it: it would go along
     */
    static void throwAway(Path folder, Path trash, String name) throws IOException {
        MountPoints.refuseIn(folder);
        Path gone = trash.resolve(name + "-" + System.nanoTime());
        Files.move(folder, gone, StandardCopyOption.ATOMIC_MOVE);
        deleteLater(gone);
    }

    /** Goes on with what a process that died left in the trash. */
    static void sweep(Path trash) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(trash)) {
            left.forEach(Trash::deleteLater);
        }
    }

    /** Tries a few times; what then is left is taken by the next {@link #sweep}. */
    private static void deleteLater(Path gone) {
        Thread.ofPlatform()
                .name("oxbow-trash")
                .daemon()
                .start(() -> {
                    for (int attempt = 1; Files.exists(gone) && attempt <= 5; attempt++) {
                        try {
                            deleteNow(gone);
                        } catch (OxException stillInUse) {
                            LockSupport.parkNanos(attempt * 50_000_000L);
                        }
                    }
                });
    }

    static void deleteNow(Path folder) {
        MountPoints.refuseIn(folder);
        try {
            Files.walkFileTree(folder, new Remover());
        } catch (NoSuchFileException alreadyGone) {
            return;
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.DESTROY_FAILED, "%s cannot be removed: %s", folder, Why.of(e))
                    .causedBy(e);
        }
    }

    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attrs)
                throws IOException {
            if (!Files.isWritable(dir) || !Files.isExecutable(dir)) {
                Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attrs) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            if (Files.isDirectory(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                    && !Files.isReadable(file)) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
                Files.walkFileTree(file, this);
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                throws IOException {
            if (e != null) {
                throw e;
            }
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
        }
    }
}
