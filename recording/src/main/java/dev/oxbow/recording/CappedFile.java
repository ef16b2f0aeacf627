package dev.oxbow.recording;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.AppendFile;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.FileSpec;
import dev.oxbow.posix.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of lines that never grows beyond a limit: at most half of it is the beginning, the rest
 * the latest lines, with one line between that counts what is missing. The file is whole at any
 * moment; it is cut by replacing it.
 */
final class CappedFile implements AutoCloseable {
    static final Pattern MARK = Pattern.compile("\n--- (\\d{1,18}) bytes left out ---\n");
    static final int LONGEST_MARK = 64;

    private final Directory directory;
    private final TreePath path;
    private final long limit;
    private AppendFile file;
    private long size;

    private CappedFile(Directory directory, TreePath path, long limit) {
        this.directory = directory;
        this.path = path;
        this.limit = limit;
        this.file = directory.append(path, 0644);
        this.size = file.size().bytes();
    }

    static CappedFile open(Directory directory, TreePath path, ByteSize limit) {
        return new CappedFile(directory, path, Math.max(limit.bytes(), 4L * LONGEST_MARK));
    }

    /** Appends whole lines; of more than a quarter of the limit at once only the end is kept. */
    void append(byte[] lines) {
        long most = limit / 4;
        int from = lines.length > most ? (int) (lines.length - most) : 0;
        if (from > 0) {
            from = afterLineEnd(lines, from);
        }
        int length = lines.length - from;
        if (size + length > limit || from > 0) {
            cut(from);
        }
        byte[] part = from == 0 ? lines : Arrays.copyOfRange(lines, from, lines.length);
        file.write(part);
        size += length;
    }

    /** Bytes in the file now. */
    long size() {
        return size;
    }

    /** Cuts the file to that size, if it is longer. */
    void truncate(long to) {
        if (to < size) {
            file.truncate(new ByteSize(to));
            size = to;
        }
    }

    void sync() {
        file.sync();
    }

    @Override
    public void close() {
        file.close();
    }

    /** Keeps the head and a quarter of the limit from the end. */
    private void cut(long alsoDropped) {
        try {
            Head head = head();
            // What is left out is one piece: with nothing kept before what was dropped just now.
            long tailWanted = alsoDropped > 0 ? 0 : limit / 4 - LONGEST_MARK;
            long tailFrom = Math.max(head.contentEnd, size - tailWanted);
            byte[] tail;
            try (InputStream in = directory.read(path)) {
                in.skipNBytes(tailFrom);
                tail = in.readAllBytes();
            }
            int start = tailFrom == head.contentEnd ? 0 : afterLineEnd(tail, 0);
            long dropped = head.dropped + (tailFrom + start - head.contentEnd) + alsoDropped;
            byte[] mark =
                    ("--- " + dropped + " bytes left out ---\n")
                            .getBytes(StandardCharsets.US_ASCII);
            try (InputStream in = directory.read(path)) {
                byte[] kept = in.readNBytes((int) head.end);
                directory.write(
                        path,
                        FileSpec.mode(0644),
                        new SequenceInputStream(
                                Collections.enumeration(
                                        List.of(
                                                new ByteArrayInputStream(kept),
                                                new ByteArrayInputStream(mark),
                                                new ByteArrayInputStream(
                                                        tail, start, tail.length - start)))));
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SYNC_UNREADABLE, "cannot read %s", path).causedBy(e);
        }
        file.close();
        file = directory.append(path, 0644);
        size = file.size().bytes();
    }

    /** The whole lines in the first half of the limit, and the mark behind them if there is one. */
    private Head head() throws IOException {
        try (InputStream in = directory.read(path)) {
            byte[] start = in.readNBytes((int) (limit / 2));
            int end = start.length;
            while (end > 0 && start[end - 1] != '\n') {
                end--;
            }
            // Every other line begins with a time, so nothing else looks like the mark.
            ByteArrayOutputStream searched = new ByteArrayOutputStream(start.length + LONGEST_MARK);
            searched.write(start);
            searched.write(in.readNBytes(LONGEST_MARK));
            Matcher mark = MARK.matcher(searched.toString(StandardCharsets.ISO_8859_1));
            if (mark.find()) {
                return new Head(mark.start() + 1, mark.end(), Long.parseLong(mark.group(1)));
            }
            return new Head(end, end, 0);
        }
    }

    private static int afterLineEnd(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return bytes.length;
    }

    /**
     * @param end where the kept beginning ends
     * @param contentEnd where lines go on behind the mark
     * @param dropped bytes left out so far
     */
    private record Head(long end, long contentEnd, long dropped) {}
}
