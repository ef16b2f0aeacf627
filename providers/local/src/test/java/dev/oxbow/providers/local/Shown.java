package dev.oxbow.providers.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.oxbow.base.Deadline;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalReader;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.function.Predicate;

/** What a terminal has shown, as text. */
final class Shown {
    private Shown() {}

    static String toTheEnd(Terminal terminal) throws InterruptedException {
        return until(terminal, _ -> false);
    }

    /** All from the beginning until it is enough, or the terminal has ended. */
    static String until(Terminal terminal, Predicate<String> enough) throws InterruptedException {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        Deadline deadline = Deadline.in(Duration.ofSeconds(60));
        try (TerminalReader reader = terminal.read(0)) {
            while (!enough.test(shown.toString(UTF_8))) {
                switch (reader.next(deadline).orElseThrow()) {
                    case TerminalFrame.Data data -> shown.writeBytes(data.bytes());
                    case TerminalFrame.Exit _ -> {
                        return shown.toString(UTF_8);
                    }
                    case TerminalFrame.Size _,
                            TerminalFrame.Screen _,
                            TerminalFrame.Gap _,
                            TerminalFrame.Live _ -> {
                        // No text.
                    }
                }
            }
            return shown.toString(UTF_8);
        }
    }
}
