package dev.oxbow.sandbox.faults;

import dev.oxbow.base.OxException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The content of a file over a bad connection. */
final class FaultyStream extends FilterInputStream {
    private final Cuts cuts;

    FaultyStream(InputStream real, Cuts cuts) {
        super(real);
        this.cuts = cuts;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int from, int wanted) throws IOException {
        if (cuts.silent()) {
            cuts.stall();
            return -1;
        }
        int allowed;
        try {
            allowed = cuts.allowed(wanted);
        } catch (OxException broken) {
            throw new IOException("Connection reset by peer", broken);
        }
        int count = super.read(to, from, allowed);
        cuts.deliver(to, from, Math.max(count, 0));
        return count;
    }
}
