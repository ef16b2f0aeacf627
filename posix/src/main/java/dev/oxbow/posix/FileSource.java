package dev.oxbow.posix;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** The content of one open file. Not for concurrent reading; may be closed by any thread. */
final class FileSource extends InputStream {
    private final Handle handle;
    private final ScratchPool pool;
    private final TreePath path;

    FileSource(Handle handle, ScratchPool pool, TreePath path) {
        this.handle = handle;
        this.pool = pool;
        this.path = path;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        int fd = handle.acquireIfOpen();
        if (fd < 0) {
            throw new IOException("cannot read " + path + ": closed");
        }
        Scratch scratch = pool.borrow();
        try {
            int wanted = Math.min(length, Scratch.BUFFER);
            long n;
            do {
                n = scratch.call(Call.READ, fd, scratch.buffer.address(), wanted);
            } while (Errno.EINTR.is(n));
            if (n < 0) {
                throw new IOException(Errno.reading(n, "read", path).getMessage());
            }
            MemorySegment.copy(scratch.buffer, ValueLayout.JAVA_BYTE, 0, target, offset, (int) n);
            return n == 0 ? -1 : (int) n;
        } finally {
            pool.giveBack(scratch);
            handle.release();
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}
