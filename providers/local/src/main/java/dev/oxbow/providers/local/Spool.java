package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * One output file and a place in it. Offsets in the file are the offsets of the stream: its writer
 * drops old bytes by punching holes ({@code spool.pl}), which moves nothing.
 */
final class Spool implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final Channel name;
    private final Path file;
    private final FileChannel channel;
    private long position;

    private Spool(Channel name, Path file, FileChannel channel, long position) {
        this.name = name;
        this.file = file;
        this.channel = channel;
        this.position = position;
    }

    static Spool open(Channel name, SandboxFolder.ProcessFolder folder, long from) {
        Path file = folder.spool(name);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            long end = channel.size();
            long earliest = earliest(file);
            if (from < earliest || from > end) {
                channel.close();
                boolean expired = from < earliest;
                throw OxException.of(
                                expired ? ErrorCode.CURSOR_EXPIRED : ErrorCode.CURSOR_AHEAD,
                                "%s: offset %d is %s; kept are %d to %d",
                                name.name().toLowerCase(java.util.Locale.ROOT),
                                from,
                                expired ? "no longer kept" : "beyond the end",
                                earliest,
                                end)
                        .with("earliest", earliest)
                        .with("latest", end);
            }
            return new Spool(name, file, channel, from);
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STREAM_LOST, "output cannot be opened: %s", Why.of(e))
                    .causedBy(e);
        }
    }

    /** Bytes or a gap, if there are any now. */
    Optional<OutputFrame> next() throws IOException {
        long end = channel.size();
        if (end <= position) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK, end - position));
        int n = channel.read(buffer, position);
        if (n <= 0) {
            return Optional.empty();
        }
        // Looked at after reading: a hole cut before that would have been read as zeros.
        long earliest = earliest(file);
        if (position < earliest) {
            OutputFrame gap = new OutputFrame.Gap(name, position, earliest, "retention");
            position = earliest;
            return Optional.of(gap);
        }
        OutputFrame data = new OutputFrame.Data(name, position, Arrays.copyOf(buffer.array(), n));
        position += n;
        return Optional.of(data);
    }

    private static Path mark(Path file) {
        return Path.of(file + ".earliest");
    }

    /** Offset of the first byte that is kept in an output file. */
    static long earliest(Path file) throws IOException {
        Path mark = mark(file);
        if (!mark.toFile().exists()) {
            return 0;
        }
        try {
            return Long.parseLong(Files.readString(mark));
        } catch (NoSuchFileException replaced) {
            return 0;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STREAM_LOST, "closing output: %s", Why.of(e))
                    .causedBy(e);
        }
    }
}
