package dev.oxbow.cli;

import dev.oxbow.sandbox.TerminalSize;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;

/**
 * The terminal of the user: how large it is, and whether keys are passed on as they come.
 *
 * <p>Asks {@code stty}: it needs no answer of the terminal itself, so nothing is written to it and
 * no key gets lost. Not safe for concurrent use, but for {@link #size}.
 */
final class UserTerminal implements AutoCloseable {
    private static final File DEVICE = new File("/dev/tty");
    private static final int PATIENCE_SECONDS = 5;
    private static final String WINDOW_CHANGED = "WINCH";

    private volatile TerminalSize size = TerminalSize.DEFAULT;
    private volatile Runnable resized = () -> {};
    private Optional<String> cooked = Optional.empty();
    private final Object earlierHandler;

    /** Asks for the size now, and again whenever it changes. */
    UserTerminal() {
        measure();
        earlierHandler =
                Signals.register(
                        WINDOW_CHANGED,
                        () -> {
                            measure();
                            resized.run();
                        });
    }

    /** The size as it was last; a usual one if the terminal does not say. */
    TerminalSize size() {
        return size;
    }

    /** Called after each change of the size, on a thread of the virtual machine. */
    void onResize(Runnable action) {
        resized = action;
    }

    /** From now on keys come one by one, unseen and without a meaning here. */
    void raw() {
        cooked = stty("-g").map(String::strip).filter(mode -> !mode.isEmpty());
        if (cooked.isPresent()) {
            Optional<String> _ = stty("raw", "-echo");
        }
    }

    private void measure() {
        stty("size")
                .map(text -> text.strip().split(" "))
                .filter(parts -> parts.length == 2)
                .ifPresent(parts -> {
                    try {
                        size =
                                new TerminalSize(
                                        Integer.parseInt(parts[1]), Integer.parseInt(parts[0]));
                    } catch (IllegalArgumentException _) {
                        // A terminal of no size, as some programs make: the last one holds.
                    }
                });
    }

    private static Optional<String> stty(String... words) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(words));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectInput(DEVICE)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? Optional.of(output) : Optional.empty();
        } catch (IOException noTerminal) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Gives the terminal back as it was. */
    @Override
    public void close() {
        Signals.unregister(WINDOW_CHANGED, earlierHandler);
        cooked.ifPresent(mode -> {
            Optional<String> _ = stty(mode);
        });
        cooked = Optional.empty();
    }
}
