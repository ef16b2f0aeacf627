package dev.oxbow.workspace;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One sync at a time in a worktree, across processes; let go when its holder dies. */
final class TreeLock implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 5_000_000;

    private final FileChannel channel;

    private TreeLock(FileChannel channel) {
        this.channel = channel;
    }

    static TreeLock take(Path file, Path worktree) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Deadline deadline = Deadline.in(PATIENCE);
        while (!held(channel)) {
            if (deadline.expired() || Thread.currentThread().isInterrupted()) {
                channel.close();
                throw OxException.of(
                        ErrorCode.WORKTREE_BUSY, "another sync of %s is under way", worktree);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return new TreeLock(channel);
    }

    private static boolean held(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException elsewhereInThisProcess) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
