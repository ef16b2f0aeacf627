package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.posix.NamedPipe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Sends messages to the supervisor of a command, as {@code input.pl} reads them; for one thread.
 */
final class Control implements AutoCloseable {
    /** What the kernel never splits: messages of several senders do not get mixed up. */
    private static final int LONGEST = 4096;

    private final NamedPipe pipe;

    private Control(NamedPipe pipe) {
        this.pipe = pipe;
    }

    /** Opens the way to a supervisor; empty if it has gone. */
    static Optional<Control> open(Path path) {
        return NamedPipe.open(path).map(Control::new);
    }

    /** How many bytes of input one message holds beside the name of who sends it. */
    static int room(String name) {
        return LONGEST - Short.BYTES - 1 - name.length() - Long.BYTES;
    }

    /** Bytes of input and their place. */
    static byte[] input(String name, long offset, byte[] bytes, int from, int count) {
        ByteBuffer rest = ByteBuffer.allocate(Long.BYTES + count);
        rest.putLong(offset).put(bytes, from, count);
        return message('w', name, rest.array());
    }

    static byte[] message(char what, String name, byte[] rest) {
        byte[] who = name.getBytes(StandardCharsets.US_ASCII);
        int length = 1 + who.length + rest.length;
        ByteBuffer message = ByteBuffer.allocate(Short.BYTES + length);
        message.putShort((short) length).put((byte) what).put(who).put(rest);
        return message.array();
    }

    /**
     * Sends a message, waiting for room.
     *
     * @param over whether nobody lives who would make room
     * @return false if the supervisor has gone
     */
    boolean send(byte[] message, BooleanSupplier over) throws InterruptedException {
        Waiting waiting = new Waiting();
        int n = pipe.write(message, 0);
        while (n == 0) {
            if (over.getAsBoolean()) {
                return false;
            }
            waiting.nap(Deadline.never());
            n = pipe.write(message, 0);
        }
        return n > 0;
    }

    /** Sends a message if there is room now. */
    void sendIfRoom(byte[] message) {
        int unusedAllOrNothing = pipe.write(message, 0);
    }

    @Override
    public void close() {
        pipe.close();
    }
}
