package dev.oxbow.providers.fake;

import dev.oxbow.base.Deadline;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalFrames;
import dev.oxbow.sandbox.TerminalReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Follows what a host terminal shows. */
final class HostTerminalReader implements TerminalReader {
    /** A size that nothing is shown in rings no bell, so it is looked for now and then. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private final OutputReader reader;
    private final TerminalFrames frames;
    private boolean over;
    private boolean closed;

    HostTerminalReader(
            OutputReader reader, Supplier<List<TerminalFrame.Size>> sizes, long from, long live) {
        this.reader = reader;
        this.frames = new TerminalFrames(sizes, from, live);
    }

    @Override
    public Optional<TerminalFrame> next(Deadline deadline) throws InterruptedException {
        while (!closed) {
            Optional<TerminalFrame> frame = frames.poll();
            if (frame.isPresent() || over) {
                return frame;
            }
            Optional<OutputFrame> next = reader.next(deadline.orIn(LOOK));
            next.ifPresent(this::take);
            if (next.isEmpty() && deadline.expired()) {
                return frames.poll();
            }
        }
        return Optional.empty();
    }

    private void take(OutputFrame frame) {
        switch (frame) {
            case OutputFrame.Data data -> frames.data(data.bytes());
            case OutputFrame.Gap gap -> frames.gap(gap.to(), gap.reason());
            case OutputFrame.Exit end -> {
                frames.exit(end.exit());
                over = true;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        frames.clear();
        reader.close();
    }
}
