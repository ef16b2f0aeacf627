package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Lets a thread wait for a descriptor until another says stop: closing a descriptor does not wake
 * those who wait for it.
 */
final class Wakeup implements AutoCloseable {
    static final short READABLE = 1;
    static final short WRITABLE = 4;
    private static final long EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;

    private final Handle event;

    private Wakeup(Handle event) {
        this.event = event;
    }

    static Wakeup open(Scratch scratch) {
        long fd = scratch.call(Call.EVENTFD2, 0, EFD_CLOEXEC_NONBLOCK, 0);
        if (fd < 0) {
            throw Errno.of(fd, ErrorCode.ISOLATION_UNAVAILABLE, "open", "an event counter");
        }
        return new Wakeup(new Handle(fd));
    }

    /** Waits until the descriptor is ready or hung up; false if woken instead. */
    boolean await(Scratch scratch, long fd, short what) {
        int eventFd = event.acquireIfOpen();
        if (eventFd < 0) {
            return false;
        }
        try {
            MemorySegment polled = scratch.fixed;
            while (true) {
                set(polled, 0, (int) fd, what);
                set(polled, 8, eventFd, READABLE);
                long ready = scratch.call(Call.PPOLL, polled.address(), 2, 0, 0, 8);
                if (ready > 0) {
                    return polled.get(ValueLayout.JAVA_SHORT, 8 + 6) == 0;
                }
                if (ready < 0 && !Errno.EINTR.is(ready)) {
                    return false;
                }
            }
        } finally {
            event.release();
        }
    }

    private static void set(MemorySegment polled, long at, int fd, short what) {
        polled.set(ValueLayout.JAVA_INT, at, fd);
        polled.set(ValueLayout.JAVA_SHORT, at + 4, what);
        polled.set(ValueLayout.JAVA_SHORT, at + 6, (short) 0);
    }

    /** Ends all waiting, now and later; once is enough. */
    void wake() {
        int fd = event.acquireIfOpen();
        if (fd < 0) {
            return;
        }
        try {
            Scratch scratch = new Scratch();
            scratch.fixed.set(ValueLayout.JAVA_LONG, 0, 1);
            scratch.call(Call.WRITE, fd, scratch.fixed.address(), 8);
        } finally {
            event.release();
        }
    }

    @Override
    public void close() {
        event.close();
    }
}
