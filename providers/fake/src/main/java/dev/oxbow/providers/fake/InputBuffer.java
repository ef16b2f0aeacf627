package dev.oxbow.providers.fake;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Standard input of a program in memory. Like a pipe it holds 64 KiB and lets the writer wait
 * beyond that.
 */
final class InputBuffer extends InputStream {
    private static final int CAPACITY = 64 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] ring = new byte[CAPACITY];
    private int start;
    private int length;
    private boolean ended;
    private boolean refused;

    /** Holds all of the bytes before anything else is written. */
    void preload(byte[] bytes) {
        lock.lock();
        try {
            ring = bytes.length > CAPACITY ? bytes.clone() : Arrays.copyOf(bytes, CAPACITY);
            length = bytes.length;
        } finally {
            lock.unlock();
        }
    }

    void write(byte[] bytes) throws IOException {
        lock.lock();
        try {
            int done = 0;
            while (done < bytes.length) {
                while (length == ring.length && !ended && !refused) {
                    changed.awaitUninterruptibly();
                }
                if (ended || refused) {
                    throw new IOException("the input is closed");
                }
                int at = (start + length) % ring.length;
                int n =
                        Math.min(
                                Math.min(bytes.length - done, ring.length - length),
                                ring.length - at);
                System.arraycopy(bytes, done, ring, at, n);
                length += n;
                done += n;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** No more is written; what is held can still be read. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody reads any more. */
    void refuse() {
        lock.lock();
        try {
            refused = true;
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int wanted) throws IOException {
        if (wanted == 0) {
            return 0;
        }
        lock.lock();
        try {
            while (length == 0 && !ended) {
                changed.awaitUninterruptibly();
            }
            if (refused) {
                throw new InterruptedIOException("the process has ended");
            }
            if (length == 0) {
                return -1;
            }
            int n = Math.min(Math.min(wanted, length), ring.length - start);
            System.arraycopy(ring, start, into, offset, n);
            start = (start + n) % ring.length;
            length -= n;
            changed.signalAll();
            return n;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return length;
        } finally {
            lock.unlock();
        }
    }
}
