package dev.oxbow.egress;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** How the length of a body is told, and how it is passed on. */
sealed interface Framing {
    /** Fields that must not hide behind a body, where nobody looks for them any more. */
    Set<String> NEVER_TRAILING =
            Set.of(
                    "host",
                    "content-length",
                    "transfer-encoding",
                    "connection",
                    "trailer",
                    "te",
                    "upgrade",
                    "expect",
                    "authorization",
                    "proxy-authorization",
                    "cookie",
                    "set-cookie",
                    "location",
                    "x-api-key",
                    "x-goog-api-key",
                    "api-key");

    /** Passes the body on, to its end. */
    void relay(Wire from, Wire to) throws IOException, Refusal;

    /** That many bytes. */
    record Fixed(long length) implements Framing {
        @Override
        public void relay(Wire from, Wire to) throws IOException {
            long left = length;
            while (left > 0) {
                int count = from.relay(to, left);
                if (count < 0) {
                    throw new EOFException("the body ended too early");
                }
                left -= count;
            }
        }
    }

    /** The chunked coding, decoded and coded anew. */
    record Chunked() implements Framing {
        @Override
        public void relay(Wire from, Wire to) throws IOException, Refusal {
            while (true) {
                String size = line(from, 16);
                if (!Text.isHex(size, 8)) {
                    throw Refusal.ambiguous("a chunk has an extension or no proper size");
                }
                long left = Long.parseLong(size, 16);
                if (left == 0) {
                    break;
                }
                while (left > 0) {
                    int count = from.relayChunk(to, left);
                    if (count < 0) {
                        throw new EOFException("the body ended too early");
                    }
                    left -= count;
                }
                if (!line(from, 0).isEmpty()) {
                    throw Refusal.ambiguous("a chunk does not end where it should");
                }
            }
            int budget = 8 << 10;
            for (String trailer = line(from, budget); !trailer.isEmpty(); ) {
                if (NEVER_TRAILING.contains(Text.lower(Head.field(trailer).name()))) {
                    throw Refusal.ambiguous("a trailer names a field that decides something");
                }
                budget -= trailer.length();
                trailer = line(from, budget);
            }
            to.write("0\r\n\r\n");
        }

        private static String line(Wire from, int most) throws IOException, Refusal {
            StringBuilder line = new StringBuilder();
            while (true) {
                int b = from.need();
                if (b == '\r') {
                    if (from.need() != '\n') {
                        throw Refusal.ambiguous("a chunk line has a bare carriage return");
                    }
                    return line.toString();
                }
                if (b < 32 || b > 126 || line.length() >= most) {
                    throw Refusal.ambiguous("a chunk line is not as it should be");
                }
                line.append((char) b);
            }
        }
    }

    /** Everything until the connection ends; for answers only. */
    record ToTheEnd() implements Framing {
        @Override
        public void relay(Wire from, Wire to) throws IOException {
            int count;
            do {
                count = from.relay(to, Long.MAX_VALUE);
            } while (count >= 0);
        }
    }

    /**
     * Reads the framing from a head.
     *
     * @param otherwise what holds if the head does not say
     */
    static Framing of(Head head, Framing otherwise) throws Refusal {
        List<String> codings = head.values("transfer-encoding");
        List<String> lengths = head.values("content-length");
        if (!codings.isEmpty() && !lengths.isEmpty()) {
            throw Refusal.ambiguous("both Content-Length and Transfer-Encoding are given");
        }
        if (!codings.isEmpty()) {
            if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                throw Refusal.ambiguous("the transfer coding is not just 'chunked'");
            }
            return new Chunked();
        }
        if (lengths.isEmpty()) {
            return otherwise;
        }
        String length = lengths.getFirst();
        if (lengths.size() > 1 || !length.matches("[0-9]{1,18}")) {
            throw Refusal.ambiguous("Content-Length is not one decimal number");
        }
        return new Fixed(Long.parseLong(length));
    }
}
