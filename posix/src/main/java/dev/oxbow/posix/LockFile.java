package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file whose only content is that somebody holds it. The kernel frees it when it is closed or its
 * process dies, however it dies, so holding one is also a sign of life.
 *
 * <p>Unlike a lock of {@link java.nio.channels.FileChannel} it belongs to this object, not to the
 * process: two in one process exclude each other, and closing one leaves others alone. Children do
 * not inherit it. Safe for concurrent use.
 */
public final class LockFile implements AutoCloseable {
    private static final long LOCK_SHARED_NOW = 1 | 4;
    private static final long LOCK_EXCLUSIVE_NOW = 2 | 4;

    private final Handle handle;

    private LockFile(Handle handle) {
        this.handle = handle;
    }

    /**
     * Takes the lock if nobody has it. The file is made if it is missing, and never removed: who
     * removes it while others wait splits them into two groups.
     *
     * @param path in a directory of our own; a symbolic link is refused
     * @return empty if somebody holds it
     */
    public static Optional<LockFile> tryHold(Path path) {
        return lock(path, LOCK_EXCLUSIVE_NOW);
    }

    /**
     * As {@link #tryHold}, beside any number of others who share it.
     *
     * @return empty if somebody holds it alone
     */
    public static Optional<LockFile> tryShare(Path path) {
        return lock(path, LOCK_SHARED_NOW);
    }

    private static Optional<LockFile> lock(Path path, long how) {
        Scratch scratch = new Scratch();
        byte[] bytes = HostPath.bytes(path);
        long fd =
                scratch.call(
                        Call.OPENAT,
                        Kernel.AT_FDCWD,
                        scratch.path(bytes),
                        Kernel.O_RDWR | Kernel.O_CREAT | Kernel.O_NOFOLLOW | Kernel.O_CLOEXEC,
                        0600);
        if (fd < 0) {
            throw Errno.of(fd, ErrorCode.STORE_UNREADABLE, "open", path);
        }
        Handle handle = new Handle(fd);
        long result;
        do {
            result = scratch.call(Call.FLOCK, fd, how, 0);
        } while (Errno.EINTR.is(result));
        if (result == 0) {
            return Optional.of(new LockFile(handle));
        }
        handle.close();
        if (Errno.EAGAIN.is(result)) {
            return Optional.empty();
        }
        throw Errno.of(result, ErrorCode.STORE_UNREADABLE, "lock", path);
    }

    /** Frees the lock. Idempotent. */
    @Override
    public void close() {
        handle.close();
    }
}
