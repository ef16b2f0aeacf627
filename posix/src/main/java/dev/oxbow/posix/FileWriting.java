package dev.oxbow.posix;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Writes files under a temporary name in their directory and renames them into place. */
final class FileWriting {
    private static final long CREATE =
            Kernel.O_WRONLY
                    | Kernel.O_CREAT
                    | Kernel.O_EXCL
                    | Kernel.O_NOFOLLOW
                    | Kernel.O_NOCTTY
                    | Kernel.O_CLOEXEC;
    private static final long UTIME_OMIT = 0x3ffffffe;

    private final Scratch scratch;
    private final TreePath path;

    FileWriting(Scratch scratch, TreePath path) {
        this.scratch = scratch;
        this.path = path;
    }

    void replace(long parent, byte[] name, FileSpec spec, InputStream content) throws IOException {
        byte[] temporary = TemporaryName.next().getBytes(StandardCharsets.US_ASCII);
        long fd = check(scratch.call(Call.OPENAT, parent, scratch.path(temporary), CREATE, 0600));
        boolean renamed = false;
        try {
            try {
                copy(content, fd);
                finish(fd, spec);
            } finally {
                Handle.closeNow(fd);
            }
            check(
                    scratch.call(
                            Call.RENAMEAT2,
                            parent,
                            scratch.path(temporary),
                            parent,
                            scratch.otherPath(name)));
            renamed = true;
        } finally {
            if (!renamed) {
                scratch.call(Call.UNLINKAT, parent, scratch.path(temporary), 0);
            }
        }
        if (spec.durable()) {
            syncDirectory(parent);
        }
    }

    private void copy(InputStream content, long fd) throws IOException {
        byte[] chunk = new byte[Scratch.BUFFER];
        for (int n = content.read(chunk); n >= 0; n = content.read(chunk)) {
            write(fd, chunk, 0, n);
        }
    }

    /** Writes all of it, however many calls that takes. */
    void write(long fd, byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            int part = Math.min(length - done, Scratch.BUFFER);
            MemorySegment.copy(
                    bytes, offset + done, scratch.buffer, ValueLayout.JAVA_BYTE, 0, part);
            long n = scratch.call(Call.WRITE, fd, scratch.buffer.address(), part);
            if (!Errno.EINTR.is(n)) {
                done += (int) check(n);
            }
        }
    }

    private void finish(long fd, FileSpec spec) {
        // The owner first: changing it clears the set-id bits of the mode.
        if (spec.owner().isPresent()) {
            Owner owner = spec.owner().get();
            check(
                    scratch.call(
                            Call.FCHOWNAT,
                            fd,
                            scratch.path(new byte[0]),
                            owner.uid(),
                            owner.gid(),
                            Kernel.AT_EMPTY_PATH));
        }
        check(scratch.call(Call.FCHMOD, fd, spec.mode() & 07777, 0));
        if (spec.mtimeNanos().isPresent()) {
            check(
                    scratch.call(
                            Call.UTIMENSAT,
                            fd,
                            0,
                            modificationTime(scratch, spec.mtimeNanos().get()),
                            0));
        }
        if (spec.durable()) {
            check(scratch.call(Call.FSYNC, fd));
        }
    }

    /** The address of a pair of times that changes only the second. */
    static long modificationTime(Scratch scratch, long nanos) {
        MemorySegment times = scratch.fixed;
        times.set(ValueLayout.JAVA_LONG, 0, 0);
        times.set(ValueLayout.JAVA_LONG, 8, UTIME_OMIT);
        times.set(ValueLayout.JAVA_LONG, 16, Math.floorDiv(nanos, 1_000_000_000L));
        times.set(ValueLayout.JAVA_LONG, 24, Math.floorMod(nanos, 1_000_000_000L));
        return times.address();
    }

    /**
     * Makes the names in an open directory durable; the descriptor may be an {@code O_PATH} one.
     */
    void syncDirectory(long parent) {
        long fd =
                check(
                        scratch.call(
                                Call.OPENAT,
                                parent,
                                scratch.path(new byte[] {'.'}),
                                Kernel.O_RDONLY | Kernel.O_DIRECTORY | Kernel.O_CLOEXEC,
                                0));
        try {
            check(scratch.call(Call.FSYNC, fd));
        } finally {
            Handle.closeNow(fd);
        }
    }

    private long check(long result) {
        if (result < 0) {
            throw Errno.writing(result, "write", path);
        }
        return result;
    }
}
