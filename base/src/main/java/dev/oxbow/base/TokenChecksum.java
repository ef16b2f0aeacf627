package dev.oxbow.base;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The checksum that stands behind the last {@code _} of our own tokens, so that one that was cut
 * off or mistyped is told without asking anybody: the CRC-32 of all before as an unsigned number in
 * base 62, most significant digit first, without padding.
 */
public final class TokenChecksum {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private TokenChecksum() {}

    /** The checksum of what comes before the last {@code _}. */
    public static String of(String start) {
        CRC32 crc = new CRC32();
        crc.update(start.getBytes(StandardCharsets.UTF_8));
        long left = crc.getValue();
        StringBuilder digits = new StringBuilder();
        do {
            digits.append(DIGITS.charAt((int) (left % DIGITS.length())));
            left /= DIGITS.length();
        } while (left > 0);
        return digits.reverse().toString();
    }

    /** Whether a token ends with the checksum of its beginning. */
    public static boolean isRight(String token) {
        int last = token.lastIndexOf('_');
        return last >= 0 && token.substring(last + 1).equals(of(token.substring(0, last)));
    }
}
