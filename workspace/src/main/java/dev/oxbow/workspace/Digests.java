package dev.oxbow.workspace;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Our hash of some content and git's id for it, taken in one pass while it is read. */
final class Digests extends FilterInputStream {
    private final MessageDigest own = Worktree.sha256();
    private final MessageDigest git;
    private long count;

    /**
     * @param size length that the content is expected to have, part of git's id
     * @param algorithm of the repository's ids: {@code sha1} or {@code sha256}
     */
    Digests(InputStream in, long size, String algorithm) {
        super(in);
        try {
            git = MessageDigest.getInstance(algorithm.equals("sha256") ? "SHA-256" : "SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
        git.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    /** Git's id for bytes in memory. */
    static String blob(byte[] content, String algorithm) {
        Digests digests = new Digests(InputStream.nullInputStream(), content.length, algorithm);
        digests.git.update(content);
        return digests.blob();
    }

    /** Our hash for bytes in memory. */
    static Hash hash(byte[] content) {
        return Hash.of(Worktree.sha256().digest(content));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        int n = super.read(to, from, length);
        if (n > 0) {
            own.update(to, from, n);
            git.update(to, from, n);
            count += n;
        }
        return n;
    }

    long count() {
        return count;
    }

    Hash hash() {
        return Hash.of(own.digest());
    }

    String blob() {
        return HexFormat.of().formatHex(git.digest());
    }
}
