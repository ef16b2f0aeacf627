package dev.oxbow.engine;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Reads a log file that another thread or process may still be writing. When it has grown too large
 * it is replaced by a shorter one; reading goes on at the end of that.
 */
final class FollowedLog implements LogReader {
    private static final int PIECE = 64 << 10;
    private static final Duration NAP = Duration.ofMillis(50);

    private final Path file;
    private final EventBell bell;
    private final BooleanSupplier over;
    private long offset;
    private boolean finished;
    private Optional<Object> known = Optional.empty();

    /**
     * A reader.
     *
     * @param over whether nothing more will be written
     */
    FollowedLog(Path file, long offset, EventBell bell, BooleanSupplier over) {
        this.file = file;
        this.offset = offset;
        this.bell = bell;
        this.over = over;
        long size = file.toFile().length();
        if (offset > size) {
            throw OxException.of(
                            ErrorCode.CURSOR_AHEAD,
                            "the log has %d bytes so far, not %d",
                            size,
                            offset)
                    .with("latest", size);
        }
    }

    @Override
    public Optional<byte[]> next(Deadline deadline) throws InterruptedException {
        while (!finished) {
            long seen = bell.count();
            // Asked before reading: what is written until then is read below.
            boolean last = over.getAsBoolean();
            byte[] piece = read();
            if (piece.length > 0) {
                offset += piece.length;
                return Optional.of(piece);
            }
            if (last) {
                finished = true;
            } else if (deadline.expired()) {
                return Optional.empty();
            } else {
                bell.await(seen, deadline.orIn(NAP));
            }
        }
        return Optional.empty();
    }

    private byte[] read() {
        if (!Files.exists(file)) {
            return new byte[0];
        }
        try (FileChannel channel = FileChannel.open(file)) {
            Object now = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            if (known.isPresent() && !known.get().equals(now)) {
                offset = Math.min(offset, channel.size());
            }
            known = Optional.of(now);
            ByteBuffer buffer = ByteBuffer.allocate(PIECE);
            channel.read(buffer, offset);
            byte[] piece = new byte[buffer.flip().remaining()];
            buffer.get(piece);
            return piece;
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "%s cannot be read: %s", file, e)
                    .causedBy(e);
        }
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public void close() {
        finished = true;
    }
}
