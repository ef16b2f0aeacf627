package dev.oxbow.posix;

import java.util.concurrent.ArrayBlockingQueue;

/** Keeps a few {@link Scratch} for reuse; more are made as needed and left to the collector. */
final class ScratchPool {
    private final ArrayBlockingQueue<Scratch> idle = new ArrayBlockingQueue<>(8);

    Scratch borrow() {
        Scratch scratch = idle.poll();
        return scratch == null ? new Scratch() : scratch;
    }

    void giveBack(Scratch scratch) {
        // A full pool is fine: the memory goes with the object.
        var _ = idle.offer(scratch);
    }
}
