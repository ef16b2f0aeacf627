package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;

/** The writing end of a named pipe, which never waits. For one thread at a time. */
public final class NamedPipe implements AutoCloseable {
    private static final long FIFO = 0x1000;
    private static final long OWNER_ONLY = 0600;
    private static final int EPIPE = 32;

    private final Handle handle;
    private final Scratch scratch;

    private NamedPipe(Handle handle, Scratch scratch) {
        this.handle = handle;
        this.scratch = scratch;
    }

    /**
     * Makes one for its owner alone.
     *
     * @param path in a directory of our own
     * @param owner whose it will be; empty for the caller
     */
    public static void make(Path path, Optional<Owner> owner) {
        Scratch scratch = new Scratch();
        byte[] bytes = HostPath.bytes(path);
        long result =
                scratch.call(
                        Call.MKNODAT, Kernel.AT_FDCWD, scratch.path(bytes), FIFO | OWNER_ONLY, 0);
        if (result < 0) {
            throw Errno.writing(result, "make a pipe at", path);
        }
        owner.ifPresent(o -> Posix.setOwner(path, o));
    }

    /**
     * Opens the writing end.
     *
     * @return empty if nobody has it open for reading
     */
    public static Optional<NamedPipe> open(Path path) {
        Scratch scratch = new Scratch();
        long fd =
                scratch.call(
                        Call.OPENAT,
                        Kernel.AT_FDCWD,
                        scratch.path(HostPath.bytes(path)),
                        Kernel.O_WRONLY
                                | Kernel.O_NONBLOCK
                                | Kernel.O_NOFOLLOW
                                | Kernel.O_NOCTTY
                                | Kernel.O_CLOEXEC,
                        0);
        if (Errno.ENXIO.is(fd)) {
            return Optional.empty();
        }
        if (fd < 0) {
            throw Errno.writing(fd, "open", path);
        }
        return Optional.of(new NamedPipe(new Handle(fd), scratch));
    }

    /**
     * Writes as much as fits now.
     *
     * @return how much; 0 if the pipe is full, -1 if nobody reads it any more
     */
    public int write(byte[] bytes, int offset) {
        int length = Math.min(bytes.length - offset, Scratch.BUFFER);
        MemorySegment.copy(bytes, offset, scratch.buffer, ValueLayout.JAVA_BYTE, 0, length);
        int fd = handle.acquire();
        try {
            long n = scratch.call(Call.WRITE, fd, scratch.buffer.address(), length);
            if (Errno.EAGAIN.is(n) || Errno.EINTR.is(n)) {
                return 0;
            }
            if (n == -EPIPE) {
                return -1;
            }
            if (n < 0) {
                throw Errno.of(n, ErrorCode.STREAM_LOST, "write", "a pipe");
            }
            return (int) n;
        } finally {
            handle.release();
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}
