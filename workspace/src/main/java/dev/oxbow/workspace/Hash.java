package dev.oxbow.workspace;

import java.nio.ByteBuffer;

/**
 * A SHA-256 value as four words, most significant first: equal by value and small in a large tree.
 *
 * @param a bytes 0 to 7
 * @param b bytes 8 to 15
 * @param c bytes 16 to 23
 * @param d bytes 24 to 31
 */
public record Hash(long a, long b, long c, long d) {

    /** From the 32 bytes of a digest. */
    public static Hash of(byte[] digest) {
        ByteBuffer in = ByteBuffer.wrap(digest);
        return new Hash(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    /** 64 hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x%016x%016x%016x", a, b, c, d);
    }
}
