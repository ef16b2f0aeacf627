package dev.oxbow.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;

/**
 * Which bytes of a {@code run.log} are kept. Positions are those of the log as it was written: they
 * stay true when the middle of the file is left out. The line that marks the cut has no position.
 *
 * @param head bytes kept from the beginning; all of them if nothing was left out
 * @param mark length of the line that says what was left out; 0 if nothing was
 * @param dropped bytes left out behind the head
 */
public record KeptLog(long head, int mark, long dropped) {
    /** Nothing was left out. */
    public static final KeptLog WHOLE = new KeptLog(Long.MAX_VALUE, 0, 0);

    private static final int BLOCK = 1 << 20;
    private static final String BEGIN = "\n--- ";

    /** Looks for the mark in a log. The position of the channel is not touched. */
    public static KeptLog of(FileChannel log) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BLOCK + CappedFile.LONGEST_MARK);
        for (long at = 0; at < log.size(); at += BLOCK) {
            buffer.clear();
            while (buffer.hasRemaining() && log.read(buffer, at + buffer.position()) > 0) {
                // A read may give less than there is.
            }
            String text =
                    new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
            Matcher mark = CappedFile.MARK.matcher(text);
            for (int i = text.indexOf(BEGIN); i >= 0; i = text.indexOf(BEGIN, i + 1)) {
                if (mark.region(i, text.length()).lookingAt()) {
                    return new KeptLog(
                            at + i + 1, mark.end() - i - 1, Long.parseLong(mark.group(1)));
                }
            }
        }
        return WHOLE;
    }

    /** Whether something was left out. */
    public boolean cut() {
        return mark > 0;
    }

    /** Position of the first byte behind what was left out. */
    public long tail() {
        return cut() ? head + dropped : 0;
    }

    /** Position behind the last byte of a file of that size. */
    public long end(long size) {
        return size - mark + dropped;
    }

    /** Whether a byte at that position is in the file, or will be once it is written. */
    public boolean keeps(long position) {
        return position < head || position >= tail();
    }

    /** Where in the file the byte at a kept position is. */
    public long place(long position) {
        return position < head ? position : position - dropped + mark;
    }
}
