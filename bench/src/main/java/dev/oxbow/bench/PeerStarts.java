package dev.oxbow.bench;

import dev.oxbow.bench.peer.Peer;
import java.util.concurrent.atomic.AtomicLong;

/** Sandboxes of a peer. */
final class PeerStarts implements Starts {
    private final Peer peer;
    private final AtomicLong count = new AtomicLong(System.nanoTime());

    PeerStarts(Peer peer) {
        this.peer = peer;
    }

    @Override
    public String name() {
        return peer.name();
    }

    @Override
    public String tier() {
        return peer.tier();
    }

    @Override
    public Start next() {
        String id = "oxbow-bench-" + count.incrementAndGet();
        return new BareStarts.Program(peer.create(id, "echo ready")) {
            @Override
            public void remove() throws Exception {
                super.remove();
                peer.remove(id);
            }
        };
    }
}
