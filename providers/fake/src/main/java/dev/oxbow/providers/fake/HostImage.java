package dev.oxbow.providers.fake;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the files of a sandbox on the host.
 *
 * @param directory where it is
 */
record HostImage(Path directory) implements Place.Image {

    /** Copies all, with modes, times, links and hard links; the target must not be there yet. */
    static void copy(Path from, Path to) {
        try {
            Process copying =
                    new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!copying.waitFor(60, TimeUnit.SECONDS) || copying.exitValue() != 0) {
                copying.destroyForcibly();
                throw OxException.of(
                        ErrorCode.PROVIDER_UNAVAILABLE, "%s cannot be copied to %s", from, to);
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.PROVIDER_UNAVAILABLE, "cannot run cp").causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(
                    ErrorCode.OPERATION_INTERRUPTED, "copying %s was interrupted", from);
        }
    }

    @Override
    public ByteSize bytes() {
        AtomicLong sum = new AtomicLong();
        try {
            Files.walkFileTree(
                    directory,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
                            sum.addAndGet(facts.isRegularFile() ? facts.size() : 0);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "cannot read %s", directory)
                    .causedBy(e);
        }
        return new ByteSize(sum.get());
    }

    @Override
    public void remove() {
        removeAll(directory);
    }

    /** Removes a directory and all below it, whatever the modes; a no-op if absent. */
    static void removeAll(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try {
            Files.walkFileTree(
                    directory,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path dir, BasicFileAttributes facts) throws IOException {
                            try {
                                Files.setPosixFilePermissions(
                                        dir, PosixFilePermissions.fromString("rwx------"));
                                return FileVisitResult.CONTINUE;
                            } catch (NoSuchFileException removedMeanwhile) {
                                return FileVisitResult.SKIP_SUBTREE;
                            }
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e)
                                throws IOException {
                            if (e instanceof NoSuchFileException) {
                                // Somebody else removes it at the same time.
                                return FileVisitResult.CONTINUE;
                            }
                            throw e;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
                                throws IOException {
                            Files.deleteIfExists(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path dir, @Nullable IOException failure) throws IOException {
                            if (failure != null && !(failure instanceof NoSuchFileException)) {
                                throw failure;
                            }
                            Files.deleteIfExists(dir);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw OxException.of(ErrorCode.DESTROY_FAILED, "cannot remove %s", directory)
                    .causedBy(e);
        }
    }
}
