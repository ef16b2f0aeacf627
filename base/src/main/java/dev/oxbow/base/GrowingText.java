package dev.oxbow.base;

import java.util.Optional;

/**
 * Redacts text that is shown while it grows, so that where it is cut makes no difference: what may
 * yet become part of a secret is held back, everything else is let go at once.
 *
 * <p>A private key is waited for line by line from the moment one may have begun. Call {@link
 * #finish()} for the rest. Not safe for concurrent use.
 */
public final class GrowingText {
    private static final String KEY_BEGINS = "-----BEGIN ";

    /** As far back as any rule looks. */
    private static final int CONTEXT = 16;

    private final Redactor redactor;

    /** What was let go last, for rules that look back, and what is held back. */
    private final StringBuilder held = new StringBuilder();

    private int shown;
    private Optional<RedactingStream> lines = Optional.empty();

    GrowingText(Redactor redactor) {
        this.redactor = redactor;
    }

    /**
     * Takes the next piece.
     *
     * @return the text that can no longer change, maybe empty
     */
    public String append(String piece) {
        if (lines.isPresent()) {
            return lines.get().append(piece);
        }
        held.append(piece);
        String text = held.toString();
        Redactor.Found found = redactor.find(text, false);
        int key = keyBegins(text);
        int settled = Math.min(found.settled(), key);
        if (settled > shown && Character.isHighSurrogate(text.charAt(settled - 1))) {
            settled--;
        }
        String out = release(text, settled, found);
        if (key < text.length() && found.settled() >= key && isKey(text, key)) {
            RedactingStream rest = redactor.stream();
            lines = Optional.of(rest);
            held.setLength(0);
            return out + rest.append(text.substring(key));
        }
        return out;
    }

    /** Whether nothing is held back. */
    public boolean settled() {
        return lines.isEmpty() && shown == held.length();
    }

    /** Lets go of everything that was held back; the text has ended. */
    public String finish() {
        if (lines.isPresent()) {
            String rest = lines.get().finish();
            lines = Optional.empty();
            return rest;
        }
        String text = held.toString();
        return release(text, text.length(), redactor.find(text, false));
    }

    /** Where a private key begins or may be about to, else the end of the text. */
    private int keyBegins(String text) {
        int whole = text.indexOf(KEY_BEGINS, shown);
        if (whole >= 0) {
            return whole;
        }
        for (int length = Math.min(KEY_BEGINS.length(), text.length() - shown);
                length > 0;
                length--) {
            if (text.regionMatches(text.length() - length, KEY_BEGINS, 0, length)) {
                return text.length() - length;
            }
        }
        return text.length();
    }

    private static boolean isKey(String text, int at) {
        return text.startsWith(KEY_BEGINS, at);
    }

    private String release(String text, int settled, Redactor.Found found) {
        int end = Math.max(shown, settled);
        StringBuilder out = new StringBuilder(end - shown);
        boolean changed = false;
        int from = shown;
        for (Span span : found.spans()) {
            if (span.start() >= from && span.end() <= end) {
                out.append(text, from, span.start()).append(span.placeholder());
                from = span.end();
                changed = true;
            }
        }
        out.append(text, from, end);
        int dropped = Math.max(0, end - CONTEXT);
        held.delete(0, dropped);
        shown = end - dropped;
        return changed ? redactor.redact(out.toString()) : out.toString();
    }
}
