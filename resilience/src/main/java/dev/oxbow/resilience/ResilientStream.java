package dev.oxbow.resilience;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The content of one file. A cut is mended once by reading on where it was; a file that is another
 * one by then, or ends before it should, is an error and never a shorter file.
 */
final class ResilientStream extends InputStream {
    private static final int PIECE = 1 << 16;

    private final ResilientTree tree;
    private final TreePath path;
    private final Optional<Entry> before;
    private InputStream real;
    private long offset;
    private boolean mended;

    ResilientStream(ResilientTree tree, TreePath path, Optional<Entry> before, InputStream real) {
        this.tree = tree;
        this.path = path;
        this.before = before;
        this.real = real;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int from, int wanted) throws IOException {
        while (true) {
            try {
                // Its own: a read that nobody waits for any more may still end.
                byte[] piece = new byte[Math.min(wanted, PIECE)];
                int count = tree.piece(real, piece);
                if (count < 0 && offset < size()) {
                    throw new IOException("it ended early");
                }
                System.arraycopy(piece, 0, to, from, Math.max(count, 0));
                offset += Math.max(count, 0);
                return count;
            } catch (IOException e) {
                mend(e);
            } catch (OxException e) {
                if (e.code() != ErrorCode.PROVIDER_TIMEOUT) {
                    throw e;
                }
                mend(new IOException(e.getMessage(), e));
            }
        }
    }

    private long size() {
        return before.map(Entry::size).orElse(0L);
    }

    private boolean isUnchanged() {
        return tree.stat(path).equals(before);
    }

    private void mend(IOException cut) throws IOException {
        if (mended) {
            long percent = size() == 0 ? 0 : 100 * offset / size();
            throw OxException.of(
                            ErrorCode.TRANSFER_INTERRUPTED,
                            "cut at %d %% of %s: %s",
                            percent,
                            path,
                            String.valueOf(cut.getMessage()))
                    .causedBy(cut);
        }
        mended = true;
        real.close();
        if (!isUnchanged()) {
            throw OxException.of(ErrorCode.FILE_CHANGING, "%s changed while it was read", path)
                    .causedBy(cut);
        }
        real = tree.open(path);
        byte[] known = new byte[PIECE];
        for (long left = offset; left > 0; ) {
            int count = tree.piece(real, left < PIECE ? new byte[(int) left] : known);
            if (count < 0) {
                throw new EOFException("it ends at byte " + (offset - left) + " now");
            }
            left -= count;
        }
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
