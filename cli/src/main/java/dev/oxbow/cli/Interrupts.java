package dev.oxbow.cli;

import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;

/**
 * Ctrl-C while a run is watched: the first asks the run to stop, the second leaves it alone.
 *
 * <p>Without this, the Java virtual machine ends at the first one.
 */
final class Interrupts implements AutoCloseable {
    private static final String SIGNAL = "INT";

    private final AtomicInteger count = new AtomicInteger();
    private final Object earlier;

    private Interrupts(Runnable first, Runnable second) {
        earlier =
                Signals.register(
                        SIGNAL,
                        () -> {
                            switch (count.incrementAndGet()) {
                                case 1 -> first.run();
                                case 2 -> second.run();
                                default -> {}
                            }
                        });
    }

    /**
     * Handles interrupts until closed. The actions run on a thread of the virtual machine and must
     * not wait long.
     */
    static Interrupts handle(Runnable first, Runnable second) {
        return new Interrupts(first, second);
    }

    @Override
    public void close() {
        Signals.unregister(SIGNAL, earlier);
    }
}
