package dev.oxbow.engine;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.recording.KeptLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Reads a log file that another thread or process may still be writing. When it has grown too large
 * it is replaced by one that lacks its middle; whoever was reading there is told what is missing,
 * and let go if that happens to it again before it has come to the end once.
 */
final class FollowedLog implements LogReader {
    private static final int PIECE = 64 << 10;
    private static final Duration NAP = Duration.ofMillis(50);

    private final Path file;
    private final EventBell bell;
    private final BooleanSupplier over;
    private long offset;
    private boolean finished;
    private boolean behind;

    /** Open as long as it is read, so that nobody else gets its key. */
    private Optional<FileChannel> channel = Optional.empty();

    private Optional<Object> known = Optional.empty();
    private KeptLog kept = KeptLog.WHOLE;

    /**
     * A reader.
     *
     * @param offset position of the first byte wanted
     * @param over whether nothing more will be written
     * @throws OxException {@code CURSOR_EXPIRED} if that byte was left out, {@code CURSOR_AHEAD} if
     *     it lies beyond the end
     */
    FollowedLog(Path file, long offset, EventBell bell, BooleanSupplier over) {
        this.file = file;
        this.offset = offset;
        this.bell = bell;
        this.over = over;
        boolean good = false;
        try {
            check(Files.exists(file) ? look() : 0);
            good = true;
        } finally {
            if (!good) {
                close();
            }
        }
    }

    private void check(long end) {
        if (offset > end) {
            throw OxException.of(
                            ErrorCode.CURSOR_AHEAD,
                            "the log has %d bytes so far, not %d",
                            end,
                            offset)
                    .with("latest", end);
        }
        if (!kept.keeps(offset)) {
            throw OxException.of(
                            ErrorCode.CURSOR_EXPIRED,
                            "byte %d of the log was left out; kept are those before %d and from %d"
                                    + " to %d",
                            offset,
                            kept.head(),
                            kept.tail(),
                            end)
                    .with("earliest", kept.tail())
                    .with("latest", end)
                    .suggest("Read on with --since %d.", kept.tail());
        }
    }

    /** Learns what is kept; gives the position of the end. */
    private long look() {
        try {
            FileChannel log = open();
            return kept.end(log.size());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private OxException unreadable(IOException e) {
        return OxException.of(ErrorCode.STORE_UNREADABLE, "%s cannot be read: %s", file, e)
                .causedBy(e);
    }

    /** The file that there is now; learns what is kept in it if it is another one. */
    private FileChannel open() throws IOException {
        while (channel.isEmpty() || !known.equals(Optional.of(key()))) {
            closeChannel();
            Object key = key();
            FileChannel opened = FileChannel.open(file);
            channel = Optional.of(opened);
            known = Optional.of(key);
            kept = KeptLog.of(opened);
        }
        return channel.get();
    }

    private Object key() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    @Override
    public Optional<byte[]> next(Deadline deadline) throws InterruptedException {
        while (!finished) {
            long seen = bell.count();
            // Asked before reading: what is written until then is read below.
            boolean last = over.getAsBoolean();
            byte[] piece = read();
            if (piece.length > 0) {
                return Optional.of(piece);
            }
            behind = false;
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
        Optional<Object> before = known;
        try {
            FileChannel log = open();
            if (!kept.keeps(offset)) {
                return leftOut(!known.equals(before), kept.end(log.size()));
            }
            long most = offset < kept.head() ? kept.head() - offset : PIECE;
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PIECE, most));
            log.read(buffer, kept.place(offset));
            byte[] piece = new byte[buffer.flip().remaining()];
            buffer.get(piece);
            offset += piece.length;
            return piece;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The line that stands for what is missing between here and the next kept byte. */
    private byte[] leftOut(boolean meanwhile, long end) {
        if (meanwhile && behind) {
            throw OxException.of(
                            ErrorCode.SUBSCRIBER_TOO_SLOW,
                            "the log is written faster than it is read: byte %d was left out",
                            offset)
                    .with("offset", offset)
                    .with("earliest", kept.tail())
                    .with("latest", end)
                    .suggest("Read on with --since %d.", kept.tail());
        }
        behind = true;
        long missing = kept.tail() - offset;
        offset = kept.tail();
        return ("--- " + missing + " bytes left out ---\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    private void closeChannel() throws IOException {
        if (channel.isPresent()) {
            channel.get().close();
            channel = Optional.empty();
        }
    }

    @Override
    public void close() {
        finished = true;
        try {
            closeChannel();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }
}
