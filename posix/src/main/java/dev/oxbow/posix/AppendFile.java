package dev.oxbow.posix;

import dev.oxbow.base.ByteSize;

/**
 * A regular file that only grows. Each call writes all of its bytes or throws; what a failed call
 * had written is cut off again. Safe for concurrent use: calls do not interleave.
 */
public final class AppendFile implements AutoCloseable {
    private final Handle handle;
    private final ScratchPool pool;
    private final TreePath path;

    AppendFile(Handle handle, ScratchPool pool, TreePath path) {
        this.handle = handle;
        this.pool = pool;
        this.path = path;
    }

    /**
     * Appends those bytes.
     *
     * @throws dev.oxbow.base.OxException with {@code NO_SPACE} if the disk is full
     */
    public synchronized void write(byte[] bytes) {
        int fd = handle.acquire();
        Scratch scratch = pool.borrow();
        try {
            long before = size(scratch, fd);
            boolean whole = false;
            try {
                new FileWriting(scratch, path).write(fd, bytes, 0, bytes.length);
                whole = true;
            } finally {
                if (!whole) {
                    scratch.call(Call.FTRUNCATE, fd, before, 0);
                }
            }
        } finally {
            pool.giveBack(scratch);
            handle.release();
        }
    }

    /** Bytes in the file now. */
    public synchronized ByteSize size() {
        int fd = handle.acquire();
        Scratch scratch = pool.borrow();
        try {
            return new ByteSize(size(scratch, fd));
        } finally {
            pool.giveBack(scratch);
            handle.release();
        }
    }

    /** Cuts the file to that size. */
    public synchronized void truncate(ByteSize size) {
        call(Call.FTRUNCATE, size.bytes(), "cut");
    }

    /** Waits until all that was written is on the disk. */
    public void sync() {
        call(Call.FSYNC, 0, "sync");
    }

    @Override
    public void close() {
        handle.close();
    }

    private void call(Call call, long argument, String verb) {
        int fd = handle.acquire();
        Scratch scratch = pool.borrow();
        try {
            long result = scratch.call(call, fd, argument, 0);
            if (result < 0) {
                throw Errno.writing(result, verb, path);
            }
        } finally {
            pool.giveBack(scratch);
            handle.release();
        }
    }

    private long size(Scratch scratch, long fd) {
        long result = Stat.of(scratch, fd);
        if (result < 0) {
            throw Errno.reading(result, "examine", path);
        }
        return Stat.entry(scratch, path).size();
    }
}
