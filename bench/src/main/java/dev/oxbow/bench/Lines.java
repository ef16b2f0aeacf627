package dev.oxbow.bench;

import dev.oxbow.base.Deadline;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.SandboxProcess;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Takes the standard output of a process of ours apart, and misses nothing. */
final class Lines {
    private Lines() {}

    /** Bytes as they come. */
    @FunctionalInterface
    interface Bytes {
        /** Takes them; they are not to be modified. */
        void take(byte[] bytes) throws IOException;
    }

    /**
     * Reads from the first byte until so many have come.
     *
     * @param wanted bytes; less than all is fine, more than there will be is not
     * @throws IOException if any is lost
     */
    static void read(SandboxProcess process, long wanted, Bytes to)
            throws IOException, InterruptedException {
        long seen = 0;
        try (OutputReader output = process.read(Cursor.START)) {
            while (seen < wanted) {
                OutputFrame frame =
                        output.next(Deadline.in(OurStarts.PATIENCE))
                                .orElseThrow(() -> new IOException("no more output"));
                switch (frame) {
                    case OutputFrame.Data data -> {
                        seen += data.bytes().length;
                        to.take(data.bytes());
                    }
                    case OutputFrame.Gap gap ->
                            throw new IOException(
                                    "%d bytes were lost: %s"
                                            .formatted(gap.to() - gap.from(), gap.reason()));
                    case OutputFrame.Exit _ ->
                            throw new IOException("ended after " + seen + " bytes");
                }
            }
        }
    }

    /** Reads whatever comes of a plain pipe, likewise. */
    static void read(InputStream pipe, long wanted, Bytes to) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long seen = 0;
        while (seen < wanted) {
            int n = pipe.read(buffer);
            if (n < 0) {
                throw new IOException("ended after " + seen + " bytes");
            }
            seen += n;
            to.take(Arrays.copyOf(buffer, n));
        }
    }

    /** Cuts bytes into lines and gives each on, without its end. */
    static Bytes cut(Bytes to) {
        return new Bytes() {
            private byte[] rest = {};

            @Override
            public void take(byte[] bytes) throws IOException {
                byte[] all = bytes;
                if (rest.length > 0) {
                    all = Arrays.copyOf(rest, rest.length + bytes.length);
                    System.arraycopy(bytes, 0, all, rest.length, bytes.length);
                }
                int from = 0;
                for (int i = 0; i < all.length; i++) {
                    if (all[i] == '\n') {
                        to.take(Arrays.copyOfRange(all, from, i));
                        from = i + 1;
                    }
                }
                rest = Arrays.copyOfRange(all, from, all.length);
            }
        };
    }
}
