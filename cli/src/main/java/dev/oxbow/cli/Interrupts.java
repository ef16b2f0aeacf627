package dev.oxbow.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jline.utils.Signals;

/**
 * Signals while a command works: the first that asks for an end, and the second, which says that
 * nobody waits for it any longer. A signal that is ignored when the program starts, as by {@code
 * nohup}, stays ignored.
 *
 * <p>Without this, the Java virtual machine ends at the first one.
 */
final class Interrupts implements AutoCloseable {
    private final ReentrantLock turn = new ReentrantLock();
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private int count;

    private Interrupts() {}

    /**
     * Handles Ctrl-C until closed. The actions run one after the other, on threads of the virtual
     * machine.
     */
    static Interrupts handle(Runnable first, Runnable second) {
        Interrupts interrupts = new Interrupts();
        interrupts.stopOn("INT", first, second);
        return interrupts;
    }

    /**
     * Handles also TERM, counted together with Ctrl-C, and the end of the terminal.
     *
     * @param hangUp what to do when the terminal is gone
     */
    static Interrupts handle(Runnable first, Runnable second, Runnable hangUp) {
        Interrupts interrupts = new Interrupts();
        List.of("INT", "TERM").forEach(name -> interrupts.stopOn(name, first, second));
        interrupts.on("HUP", hangUp);
        return interrupts;
    }

    private void stopOn(String signal, Runnable first, Runnable second) {
        on(
                signal,
                () -> {
                    switch (++count) {
                        case 1 -> first.run();
                        case 2 -> second.run();
                        default -> {}
                    }
                });
    }

    private void on(String signal, Runnable action) {
        Object earlier = Signals.register(signal, () -> inTurn(action));
        undo.push(() -> Signals.unregister(signal, earlier));
    }

    private void inTurn(Runnable action) {
        turn.lock();
        try {
            action.run();
        } finally {
            turn.unlock();
        }
    }

    /** Waits for an action that has begun. */
    @Override
    public void close() {
        undo.forEach(Runnable::run);
        inTurn(() -> {});
    }
}
