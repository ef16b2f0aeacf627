package dev.oxbow.egress;

import java.io.IOException;

/** Passes bytes both ways until both sides have ended, or one breaks. */
final class Tunnel {
    private Tunnel() {}

    static void run(Wire client, Wire upstream, Lifeline life) throws IOException {
        Thread up =
                Thread.ofVirtual()
                        .name(Thread.currentThread().getName() + "-up")
                        .start(() -> oneWayOrCut(client, upstream, life));
        try {
            oneWay(upstream, client);
            up.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            life.close();
            joinUninterrupted(up);
        }
    }

    private static void oneWayOrCut(Wire from, Wire to, Lifeline life) {
        try {
            oneWay(from, to);
        } catch (IOException e) {
            // A broken direction ends the other one too, which is where it is noticed.
            life.close();
        }
    }

    private static void oneWay(Wire from, Wire to) throws IOException {
        int count;
        do {
            count = from.relay(to, Long.MAX_VALUE);
        } while (count >= 0);
        to.endOutput();
    }

    /** Ends soon: its channels are closed. */
    static void joinUninterrupted(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
