package dev.oxbow.providers.fake;

import dev.oxbow.sandbox.ProcessSpec.Stdin;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a program in memory reads. Like a pipe it holds 64 KiB and lets the writer wait beyond that.
 */
final class InputBuffer extends InputStream {
    private static final int CAPACITY = 64 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final byte[] ring;
    private int start;
    private int length;
    private boolean ended;
    private boolean refused;

    /** An empty pipe. */
    InputBuffer() {
        this(new byte[0]);
    }

    private InputBuffer(byte[] held) {
        ring = Arrays.copyOf(held, Math.max(CAPACITY, held.length));
        length = held.length;
    }

    /** The input of a process as its specification says. */
    static InputBuffer of(Stdin stdin) {
        return switch (stdin) {
            case Stdin.Pipe _ -> new InputBuffer();
            case Stdin.Empty _ -> new InputBuffer().ended();
            case Stdin.Bytes all -> new InputBuffer(all.bytes()).ended();
        };
    }

    private InputBuffer ended() {
        end();
        return this;
    }

    void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    private void write(byte[] bytes, int offset, int count) throws IOException {
        lock.lock();
        try {
            int done = 0;
            while (done < count) {
                while (length == ring.length && !ended && !refused) {
                    changed.await();
                }
                if (ended || refused) {
                    throw new IOException("the input is closed");
                }
                int at = (start + length) % ring.length;
                int n = Math.min(Math.min(count - done, ring.length - length), ring.length - at);
                System.arraycopy(bytes, offset + done, ring, at, n);
                length += n;
                done += n;
                changed.signalAll();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
    }

    /** The other end, for a program that writes. */
    OutputStream sink() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                InputBuffer.this.write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                InputBuffer.this.write(bytes, offset, count);
            }
        };
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
                changed.await();
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
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted");
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
