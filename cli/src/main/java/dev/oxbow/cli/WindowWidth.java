package dev.oxbow.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntSupplier;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Columns of the terminal that standard output is. */
final class WindowWidth {
    private static final int UNKNOWN = 80;

    private WindowWidth() {}

    static IntSupplier of(Surroundings surroundings) {
        if (!surroundings.terminal()) {
            return () -> UNKNOWN;
        }
        Terminal terminal;
        try {
            terminal = TerminalBuilder.builder().system(true).dumb(true).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return () -> {
            int columns = terminal.getSize().getColumns();
            return columns > 0 ? columns : UNKNOWN;
        };
    }
}
