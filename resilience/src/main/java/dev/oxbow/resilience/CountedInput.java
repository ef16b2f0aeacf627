package dev.oxbow.resilience;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Content that tells how much of it was taken. One thread reads, others may ask. */
final class CountedInput extends FilterInputStream {
    private final AtomicLong taken = new AtomicLong();

    CountedInput(InputStream content) {
        super(content);
    }

    /** Bytes that were read so far. */
    long taken() {
        return taken.get();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int from, int wanted) throws IOException {
        int count = in.read(to, from, wanted);
        note(Math.max(count, 0));
        return count;
    }

    @Override
    public long skip(long wanted) throws IOException {
        long skipped = in.skip(wanted);
        note(skipped);
        return skipped;
    }

    private void note(long count) {
        long _ = taken.addAndGet(count);
    }
}
