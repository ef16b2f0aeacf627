package dev.oxbow.sandbox;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Joins a terminal by its screen instead of by all that it ever showed: reads what is kept up to
 * now, as far as a screen can depend on it, and says the result in one frame.
 */
final class ScreenReplay implements TerminalReader {
    /** What was shown before that many bytes is taken to be gone from the screen. */
    private static final long WINDOW = 8L << 20;

    private final TerminalReader reader;
    private final Deque<TerminalFrame> ready = new ArrayDeque<>();
    private final int scrollback;
    private boolean joined;

    private ScreenReplay(TerminalReader reader, int scrollback) {
        this.reader = reader;
        this.scrollback = scrollback;
    }

    static ScreenReplay open(Terminal terminal, int scrollback) {
        while (true) {
            TerminalRecord record = terminal.record();
            long from = Math.max(record.earliest(), record.end() - WINDOW);
            try {
                return new ScreenReplay(terminal.read(from), scrollback);
            } catch (OxException e) {
                // Old bytes may go between the two calls; the newest never do.
                if (e.code() != ErrorCode.CURSOR_EXPIRED || from == record.end()) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Optional<TerminalFrame> next(Deadline deadline) throws InterruptedException {
        if (!joined) {
            join();
            joined = true;
        }
        return ready.isEmpty() ? reader.next(deadline) : Optional.of(ready.removeFirst());
    }

    /** All up to the mark is there already, so this waits for nobody. */
    private void join() throws InterruptedException {
        TerminalScreen screen = new TerminalScreen(TerminalSize.DEFAULT, scrollback);
        Optional<TerminalFrame.Size> size = Optional.empty();
        while (true) {
            TerminalFrame frame = reader.next(Deadline.never()).orElseThrow();
            switch (frame) {
                case TerminalFrame.Size s -> {
                    size = Optional.of(s);
                    screen.resize(s.size());
                }
                case TerminalFrame.Data data -> screen.feed(data.bytes());
                case TerminalFrame.Gap _, TerminalFrame.Screen _ -> {
                    // What was lost was overtaken by what follows.
                }
                case TerminalFrame.Live live -> {
                    size.ifPresent(s ->
                            ready.add(new TerminalFrame.Size(live.offset(), s.size(), s.owner())));
                    ready.add(new TerminalFrame.Screen(live.offset(), screen.repaint()));
                    ready.add(live);
                    return;
                }
                case TerminalFrame.Exit _ ->
                        throw OxException.of(
                                ErrorCode.STREAM_LOST, "a terminal ended before its live mark");
            }
        }
    }

    @Override
    public void close() {
        ready.clear();
        joined = true;
        reader.close();
    }
}
