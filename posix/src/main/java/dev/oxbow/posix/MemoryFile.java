package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * A file that is nowhere on disk and gone with this process at the latest: how secrets and other
 * input get to a child without an argument list or a trace. Close-on-exec; processes of the same
 * user open it by its path while this object is open.
 */
public final class MemoryFile implements AutoCloseable {
    private static final long CLOSE_ON_EXEC = 1;
    private static final byte[] NAME = {'o', 'x', 'b', 'o', 'w'};

    private final Handle handle;
    private final Path path;

    private MemoryFile(Handle handle, Path path) {
        this.handle = handle;
        this.path = path;
    }

    /** A file with that content. */
    public static MemoryFile of(byte[] content) {
        Scratch scratch = new Scratch();
        long fd = scratch.call(Call.MEMFD_CREATE, scratch.path(NAME), CLOSE_ON_EXEC, 0);
        if (fd < 0) {
            throw Errno.of(fd, ErrorCode.NO_SPACE, "make", "a file in memory");
        }
        Handle handle = new Handle(fd);
        int done = 0;
        while (done < content.length) {
            int part = Math.min(content.length - done, Scratch.BUFFER);
            MemorySegment.copy(content, done, scratch.buffer, ValueLayout.JAVA_BYTE, 0, part);
            long written = scratch.call(Call.WRITE, fd, scratch.buffer.address(), part);
            if (written < 0 && !Errno.EINTR.is(written)) {
                handle.close();
                throw Errno.of(written, ErrorCode.NO_SPACE, "write", "a file in memory");
            }
            done += (int) Math.max(0, written);
        }
        return new MemoryFile(
                handle, Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + fd));
    }

    /** Where others find it. */
    public Path path() {
        return path;
    }

    /** Forgets it; those who have it open keep it. Idempotent. */
    @Override
    public void close() {
        handle.close();
    }
}
