package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A pseudo-terminal of which we hold the master; a child gets {@link #slave} as its standard
 * streams.
 *
 * <p>Reading waits in the kernel and holds its thread: use a platform thread. One thread reads, one
 * writes; the rest may be called by any.
 */
public final class Pty implements AutoCloseable {
    private static final long TIOCGWINSZ = 0x5413;
    private static final long TIOCSWINSZ = 0x5414;
    private static final long TIOCGPTN = 0x80045430L;
    private static final long TIOCSPTLCK = 0x40045431;
    private static final Path MULTIPLEXER = Path.of("/dev/ptmx");

    private final Handle master;
    private final Wakeup wakeup;
    private final Path slave;
    private final ScratchPool pool = new ScratchPool();
    private final InputStream output = new Output();
    private final OutputStream input = new Input();

    private Pty(Handle master, Wakeup wakeup, Path slave) {
        this.master = master;
        this.wakeup = wakeup;
        this.slave = slave;
    }

    /**
     * Makes a terminal of that size.
     *
     * @throws OxException with {@code ISOLATION_UNAVAILABLE} if this machine gives none
     */
    public static Pty open(int columns, int rows) {
        return open(MULTIPLEXER, Path.of("/dev/pts"), columns, rows);
    }

    /**
     * Makes a terminal in a set of terminals of one's choice, such as that of another mount
     * namespace; only there does it have a name.
     *
     * @param terminals a mounted {@code devpts}
     * @throws OxException with {@code ISOLATION_UNAVAILABLE} if it gives none
     */
    public static Pty open(Path terminals, int columns, int rows) {
        return open(terminals.resolve("ptmx"), terminals, columns, rows);
    }

    private static Pty open(Path multiplexer, Path terminals, int columns, int rows) {
        Scratch scratch = new Scratch();
        long fd =
                scratch.call(
                        Call.OPENAT,
                        Kernel.AT_FDCWD,
                        scratch.path(HostPath.bytes(multiplexer)),
                        Kernel.O_RDWR | Kernel.O_NOCTTY | Kernel.O_CLOEXEC | Kernel.O_NONBLOCK,
                        0);
        check(fd, "open " + multiplexer);
        Handle master = new Handle(fd);
        boolean whole = false;
        try {
            scratch.fixed.set(ValueLayout.JAVA_INT, 0, 0);
            check(scratch.call(Call.IOCTL, fd, TIOCSPTLCK, scratch.fixed.address()), "unlock");
            check(scratch.call(Call.IOCTL, fd, TIOCGPTN, scratch.fixed.address()), "name");
            int number = scratch.fixed.get(ValueLayout.JAVA_INT, 0);
            Pty pty =
                    new Pty(
                            master,
                            Wakeup.open(scratch),
                            terminals.resolve(Integer.toString(number)));
            pty.resize(columns, rows);
            whole = true;
            return pty;
        } finally {
            if (!whole) {
                master.close();
            }
        }
    }

    /** The path of the end for the child. */
    public Path slave() {
        return slave;
    }

    /** What the child writes; ends when no one holds the slave any more. */
    public InputStream output() {
        return output;
    }

    /** What the child reads, as if typed. */
    public OutputStream input() {
        return input;
    }

    /** Sets the size; the foreground job gets SIGWINCH. A no-op once closed. */
    public void resize(int columns, int rows) {
        if (columns < 1 || rows < 1 || columns > 0xffff || rows > 0xffff) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "not a terminal size: %d×%d", columns, rows);
        }
        call((scratch, fd) -> {
            MemorySegment size = scratch.fixed;
            size.set(ValueLayout.JAVA_LONG, 0, 0);
            size.set(ValueLayout.JAVA_SHORT, 0, (short) rows);
            size.set(ValueLayout.JAVA_SHORT, 2, (short) columns);
            check(scratch.call(Call.IOCTL, fd, TIOCSWINSZ, size.address()), "resize");
            return 0;
        });
    }

    /** Columns of the terminal now; -1 once closed. */
    public int columns() {
        return dimension(2);
    }

    /** Rows of the terminal now; -1 once closed. */
    public int rows() {
        return dimension(0);
    }

    private int dimension(int offset) {
        return call((scratch, fd) -> {
            check(scratch.call(Call.IOCTL, fd, TIOCGWINSZ, scratch.fixed.address()), "measure");
            return Short.toUnsignedInt(scratch.fixed.get(ValueLayout.JAVA_SHORT, offset));
        });
    }

    /** Hangs up: the child gets SIGHUP, a waiting reader sees the end. */
    @Override
    public void close() {
        wakeup.wake();
        master.close();
        wakeup.close();
    }

    private interface Body {
        int apply(Scratch scratch, int fd);
    }

    /** -1 if the terminal is closed. */
    private int call(Body body) {
        int fd = master.acquireIfOpen();
        if (fd < 0) {
            return -1;
        }
        Scratch scratch = pool.borrow();
        try {
            return body.apply(scratch, fd);
        } finally {
            pool.giveBack(scratch);
            master.release();
        }
    }

    private static void check(long result, String verb) {
        if (result < 0) {
            throw Errno.of(result, ErrorCode.ISOLATION_UNAVAILABLE, verb, "a pseudo-terminal");
        }
    }

    private final class Output extends InputStream {
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
            return call((scratch, fd) -> {
                long n = 0;
                boolean open = true;
                do {
                    n =
                            scratch.call(
                                    Call.READ,
                                    fd,
                                    scratch.buffer.address(),
                                    Math.min(length, Scratch.BUFFER));
                    if (Errno.EAGAIN.is(n)) {
                        open = wakeup.await(scratch, fd, Wakeup.READABLE);
                    }
                } while (open && (Errno.EAGAIN.is(n) || Errno.EINTR.is(n)));
                // EIO is how Linux says that the last holder of the slave has gone.
                if (n <= 0) {
                    return -1;
                }
                MemorySegment.copy(
                        scratch.buffer, ValueLayout.JAVA_BYTE, 0, target, offset, (int) n);
                return (int) n;
            });
        }
    }

    private final class Input extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            int done = 0;
            while (done < length) {
                int from = offset + done;
                int part = Math.min(length - done, Scratch.BUFFER);
                int written = call((s, fd) -> write(s, fd, bytes, from, part));
                if (written < 0) {
                    throw new IOException("the terminal has hung up");
                }
                done += written;
            }
        }

        private int write(Scratch scratch, int fd, byte[] bytes, int offset, int length) {
            MemorySegment.copy(bytes, offset, scratch.buffer, ValueLayout.JAVA_BYTE, 0, length);
            long n = 0;
            boolean open = true;
            do {
                n = scratch.call(Call.WRITE, fd, scratch.buffer.address(), length);
                if (Errno.EAGAIN.is(n)) {
                    open = wakeup.await(scratch, fd, Wakeup.WRITABLE);
                }
            } while (open && (Errno.EAGAIN.is(n) || Errno.EINTR.is(n)));
            return n < 0 ? -1 : (int) n;
        }
    }
}
