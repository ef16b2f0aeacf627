package dev.oxbow.posix;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor that is closed when its owner and every call in flight are done with it, so
 * that its number is never reused under a running call.
 */
final class Handle implements AutoCloseable {
    private static final int CLOSED = Integer.MIN_VALUE;

    private final int fd;

    /** Calls in flight; {@link #CLOSED} is added once the owner has closed it. */
    private final AtomicInteger users = new AtomicInteger();

    Handle(long fd) {
        this.fd = Math.toIntExact(fd);
    }

    /**
     * The number, good until the matching {@link #release}.
     *
     * @throws IllegalStateException if the owner has closed it
     */
    int acquire() {
        int number = acquireIfOpen();
        if (number < 0) {
            throw new IllegalStateException("already closed");
        }
        return number;
    }

    /** As {@link #acquire}; -1, and nothing to release, if the owner has closed it. */
    int acquireIfOpen() {
        return users.getAndUpdate(n -> n < 0 ? n : n + 1) < 0 ? -1 : fd;
    }

    void release() {
        if (users.decrementAndGet() == CLOSED) {
            closeNow(fd);
        }
    }

    @Override
    public void close() {
        int before = users.getAndUpdate(n -> n < 0 ? n : n + CLOSED);
        if (before == 0) {
            closeNow(fd);
        }
    }

    /** Closes a number that no one else has seen. */
    static void closeNow(long fd) {
        try (Arena arena = Arena.ofConfined()) {
            // Linux frees the number even if it reports an error: repeating could hit another file.
            Kernel.call(arena.allocate(Kernel.stateSize(), 8), Call.CLOSE, fd, 0, 0, 0, 0);
        }
    }
}
