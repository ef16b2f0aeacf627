package dev.oxbow.egress;

import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;

/** One HTTP request passed on and its answer passed back. */
final class Exchange {
    private static final int MOST_EXTRA_BYTES = 64 << 10;

    private final Request request;
    private final Wire client;
    private final Wire upstream;
    private final int mostHeadBytes;
    private volatile Optional<Refusal> badBody = Optional.empty();
    private volatile boolean left;
    private boolean answered;
    private int status;

    Exchange(Request request, Wire client, Wire upstream, int mostHeadBytes) {
        this.request = request;
        this.client = client;
        this.upstream = upstream;
        this.mostHeadBytes = mostHeadBytes;
    }

    void run() throws IOException, Refusal {
        upstream.write(request.toOrigin());
        Thread body =
                Thread.ofVirtual()
                        .name(Thread.currentThread().getName() + "-body")
                        .start(this::sendBody);
        try {
            answer();
        } catch (IOException | Refusal e) {
            // A body that was refused shows here as an origin that went away.
            if (badBody.isPresent()) {
                throw badBody.get();
            }
            if (left && !answered) {
                throw new IOException("the client left", e);
            }
            throw e;
        } finally {
            upstream.abort();
            if (answered) {
                client.endInput();
                Tunnel.joinUninterrupted(body);
            }
        }
    }

    boolean answered() {
        return answered;
    }

    int status() {
        return status;
    }

    private void sendBody() {
        try {
            request.framing().relay(client, upstream);
            // A client that leaves while the origin thinks must not keep the origin thinking.
            // What it sends after its request is nothing that is served on this connection.
            for (int extra = 0; client.read() >= 0 && extra < MOST_EXTRA_BYTES; extra++) {}
            left = true;
            upstream.abort();
        } catch (Refusal refusal) {
            badBody = Optional.of(refusal);
            upstream.abort();
        } catch (IOException e) {
            upstream.abort();
        }
    }

    private void answer() throws IOException, Refusal {
        while (true) {
            Head head = originHead();
            Matcher line = Head.ANSWER.matcher(head.start());
            if (!line.matches()) {
                throw invalid();
            }
            int code = Integer.parseInt(line.group(1));
            if (code == 101) {
                throw invalid();
            }
            if (code < 200) {
                client.write(head.start() + "\r\n" + head.passedOn(Set.of()) + "\r\n");
                continue;
            }
            status = code;
            Framing framing = framing(head, code);
            String start = "HTTP/1.1 " + head.start().substring("HTTP/1.1 ".length());
            answered = true;
            client.write(start + "\r\n" + head.passedOn(Set.of()) + "Connection: close\r\n\r\n");
            try {
                framing.relay(upstream, client);
            } catch (Refusal refusal) {
                throw new IOException("the origin's body is malformed", refusal);
            }
            client.endOutput();
            return;
        }
    }

    private Head originHead() throws IOException, Refusal {
        try {
            return Head.read(upstream, Head.ANSWER, mostHeadBytes)
                    .orElseThrow(() -> new EOFException("the origin closed without an answer"));
        } catch (Refusal refusal) {
            throw invalid();
        } catch (IOException e) {
            throw Refusal.of(
                    EgressReason.UPSTREAM_INVALID,
                    502,
                    request.authority() + " closed the connection before its answer");
        }
    }

    private Framing framing(Head head, int code) throws Refusal {
        if (request.method().equals("HEAD") || code == 204 || code == 304) {
            return new Framing.Fixed(0);
        }
        try {
            return Framing.of(head, new Framing.ToTheEnd());
        } catch (Refusal refusal) {
            throw invalid();
        }
    }

    private Refusal invalid() {
        return Refusal.of(
                EgressReason.UPSTREAM_INVALID,
                502,
                request.authority() + " does not answer in proper HTTP");
    }
}
