package dev.oxbow.egress;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;

/** One side of a connection: buffered reads, whole writes, counted. One reader and one writer. */
final class Wire {
    private final SocketChannel channel;
    private final Lifeline life;
    private final byte[] buffer = new byte[32 << 10];
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private int position;
    private int limit;

    Wire(SocketChannel channel, Lifeline life) {
        this.channel = channel;
        this.life = life;
    }

    /** The next byte; -1 at the end. */
    int read() throws IOException {
        return position < limit || fill() ? buffer[position++] & 255 : -1;
    }

    /** The next byte without taking it; -1 at the end. */
    int peek() throws IOException {
        return position < limit || fill() ? buffer[position] & 255 : -1;
    }

    /** The next byte. */
    int need() throws IOException {
        int b = read();
        if (b < 0) {
            throw new EOFException("the connection ended too early");
        }
        return b;
    }

    /** Passes on what is there, at most that much, waiting for one byte at least. */
    int relay(Wire to, long most) throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        int count = (int) Math.min(limit - position, most);
        to.write(buffer, position, count);
        position += count;
        return count;
    }

    /** As {@link #relay}, in the form of one chunk of the chunked coding. */
    int relayChunk(Wire to, long most) throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        int count = (int) Math.min(limit - position, most);
        byte[] head = (Integer.toHexString(count) + "\r\n").getBytes(Text.WIRE);
        ByteBuffer chunk = ByteBuffer.allocate(head.length + count + 2);
        chunk.put(head).put(buffer, position, count).put((byte) '\r').put((byte) '\n');
        position += count;
        to.write(chunk.array(), 0, chunk.capacity());
        return count;
    }

    /** Whether bytes have arrived that nobody has read; never waits. */
    boolean pending() throws IOException {
        if (position < limit) {
            return true;
        }
        channel.configureBlocking(false);
        try {
            return fill();
        } finally {
            channel.configureBlocking(true);
        }
    }

    void write(byte[] bytes, int offset, int count) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes, offset, count);
        while (out.hasRemaining()) {
            sent.addAndGet(channel.write(out));
            life.touch();
        }
    }

    void write(String text) throws IOException {
        byte[] bytes = text.getBytes(Text.WIRE);
        write(bytes, 0, bytes.length);
    }

    /** Tells the other side that nothing more comes. */
    void endOutput() throws IOException {
        channel.shutdownOutput();
    }

    /** Makes the reader of this side see the end. */
    void endInput() throws IOException {
        if (channel.isOpen()) {
            channel.shutdownInput();
        }
    }

    /** Closes this side at once; whoever waits on it wakes. */
    void abort() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Takes what is still coming, so that closing does not destroy an answer that is on its way: a
     * socket that closes with unread bytes resets the connection.
     */
    void drain() throws IOException {
        endOutput();
        long left = 1 << 20;
        while (left > 0 && fill()) {
            left -= limit;
        }
        position = limit;
    }

    long received() {
        return received.get();
    }

    long sent() {
        return sent.get();
    }

    private boolean fill() throws IOException {
        int count = channel.read(ByteBuffer.wrap(buffer));
        if (count <= 0) {
            return false;
        }
        position = 0;
        limit = count;
        received.addAndGet(count);
        life.touch();
        return true;
    }
}
