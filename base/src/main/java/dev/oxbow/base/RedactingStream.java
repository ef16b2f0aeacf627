package dev.oxbow.base;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Redacts text that arrives in pieces, so that where it is cut makes no difference.
 *
 * <p>Holds back the line that is not complete yet, because its end may decide what its beginning
 * is; of a line without an end it keeps at most a mebibyte. Call {@link #finish()} for the rest.
 * Use one kind of {@code append} per stream. Not safe for concurrent use.
 */
public final class RedactingStream {
    private static final int WINDOW = 1 << 20;

    /** Longer than any match that begins in the part which is let go. */
    private static final int KEPT = 32 << 10;

    private final Redactor redactor;
    private final PemBlocks pem = new PemBlocks();
    private final StringBuilder held = new StringBuilder();
    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer undecoded = ByteBuffer.allocate(0);
    private int searched;

    RedactingStream(Redactor redactor) {
        this.redactor = redactor;
    }

    /**
     * Takes the next piece.
     *
     * @return the text that is complete by now, maybe empty
     */
    public String append(CharSequence piece) {
        held.append(piece);
        StringBuilder out = new StringBuilder();
        while (true) {
            int lineEnd = lastLineEnd(Math.min(held.length(), WINDOW));
            if (lineEnd > 0) {
                release(lineEnd, out);
            } else if (held.length() >= WINDOW) {
                releaseWindow(out);
            } else {
                return out.toString();
            }
        }
    }

    /** Takes the next piece as UTF-8, which may end within a character. */
    public String append(byte[] utf8, int offset, int length) {
        ByteBuffer in = ByteBuffer.allocate(undecoded.remaining() + length);
        in.put(undecoded).put(utf8, offset, length).flip();
        CharBuffer chars = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, chars, false);
        undecoded = in.slice();
        return append(chars.flip());
    }

    /** Lets go of everything that was held back; the stream has ended. */
    public String finish() {
        CharBuffer chars = CharBuffer.allocate(undecoded.remaining() + 1);
        decoder.decode(undecoded, chars, true);
        StringBuilder out = new StringBuilder(append(chars.flip()));
        if (!held.isEmpty()) {
            release(held.length(), out);
        }
        return out.toString();
    }

    private int lastLineEnd(int limit) {
        for (int i = limit - 1; i >= searched; i--) {
            if (held.charAt(i) == '\n') {
                return i + 1;
            }
        }
        searched = limit;
        return 0;
    }

    private void release(int end, StringBuilder out) {
        out.append(redactor.redact(held.substring(0, end), pem));
        drop(end);
    }

    /** A line too long to hold: lets go of its beginning, but never of a part of a match. */
    private void releaseWindow(StringBuilder out) {
        String window = held.substring(0, WINDOW);
        int cut = WINDOW - KEPT;
        List<Span> spans = redactor.find(window, false).spans();
        for (Span span : spans) {
            if (span.start() < cut && span.end() > cut) {
                cut = span.end();
            }
        }
        release(Character.isHighSurrogate(held.charAt(cut - 1)) ? cut - 1 : cut, out);
    }

    private void drop(int end) {
        held.delete(0, end);
        searched = 0;
    }
}
