package dev.oxbow.sandbox.faults;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Optional;

/** What befalls the bytes of one stream. Belongs to its one reader. */
final class Cuts {
    private static final byte DAMAGE = (byte) 0xFF;

    private final Operation operation;
    private long resetAt = Long.MAX_VALUE;
    private long truncateAt = Long.MAX_VALUE;
    private int damaged;
    private long delivered;
    private Optional<Runnable> afterFirst = Optional.empty();
    private Optional<Runnable> waiting = Optional.empty();

    Cuts(Operation operation) {
        this.operation = operation;
    }

    void reset(long bytes) {
        resetAt = bytes;
    }

    void truncate(long bytes) {
        truncateAt = bytes;
    }

    void garble(int pieces) {
        damaged = pieces;
    }

    void afterFirst(Runnable event) {
        afterFirst = Optional.of(event);
    }

    /** Nothing comes any more, and nobody says so: who waits for content does it in this way. */
    void halfOpen(Runnable wait) {
        truncate(0);
        waiting = Optional.of(wait);
    }

    /** Waits for content that does not come, if the other side has just vanished. */
    void stall() {
        waiting.ifPresent(Runnable::run);
    }

    /** Whether nothing comes any more. */
    boolean silent() {
        return delivered >= truncateAt;
    }

    /** How many of the next bytes come through; breaks the connection if it is due. */
    int allowed(int wanted) {
        if (delivered >= resetAt) {
            throw OxException.of(
                            ErrorCode.STREAM_LOST, "the connection broke after %d bytes", delivered)
                    .with("operation", operation.word());
        }
        long until = Math.min(resetAt, truncateAt) - delivered;
        return (int) Math.min(wanted, Math.max(0, until));
    }

    /** Notes bytes that go to the reader, and damages them if it is their turn. */
    void deliver(byte[] bytes, int from, int count) {
        if (damaged > 0 && count > 0) {
            damaged--;
            for (int i = from; i < from + count; i += 7) {
                bytes[i] = DAMAGE;
            }
        }
        delivered += count;
        if (count > 0 && afterFirst.isPresent()) {
            Runnable event = afterFirst.get();
            afterFirst = Optional.empty();
            event.run();
        }
    }
}
