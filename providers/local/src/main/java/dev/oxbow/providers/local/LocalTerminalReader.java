package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalFrames;
import dev.oxbow.sandbox.TerminalReader;
import java.io.IOException;
import java.util.Optional;

/** Follows the file of what a terminal has shown. */
final class LocalTerminalReader implements TerminalReader {
    private final LocalProcess command;
    private final Spool spool;
    private final TerminalFrames frames;
    private final Waiting waiting = new Waiting();
    private Deadline nextCheck = Deadline.in(SpoolReader.SUPERVISOR_CHECK);
    private boolean over;
    private boolean closed;

    private LocalTerminalReader(LocalProcess command, Spool spool, TerminalFrames frames) {
        this.command = command;
        this.spool = spool;
        this.frames = frames;
    }

    static LocalTerminalReader open(LocalProcess command, long from) {
        Spool spool = Spool.open(Channel.STDOUT, command.folder(), from);
        boolean whole = false;
        try {
            long live = command.folder().spool(Channel.STDOUT).toFile().length();
            SizeLog sizes = new SizeLog(command.folder());
            TerminalFrames frames = new TerminalFrames(sizes::read, from, live);
            whole = true;
            return new LocalTerminalReader(command, spool, frames);
        } finally {
            if (!whole) {
                spool.close();
            }
        }
    }

    @Override
    public Optional<TerminalFrame> next(Deadline deadline) throws InterruptedException {
        while (!closed) {
            Optional<TerminalFrame> frame = frames.poll();
            if (frame.isPresent() || over) {
                return frame;
            }
            // Asked before the file is looked at: what was written before the end is then seen.
            Optional<ProcessExit> end = command.recorded();
            if (read()) {
                waiting.reset();
            } else if (end.isPresent()) {
                frames.exit(end.get());
                over = true;
            } else {
                if (nextCheck.expired()) {
                    Optional<ProcessExit> unusedSeenNextTime = command.exit();
                    nextCheck = Deadline.in(SpoolReader.SUPERVISOR_CHECK);
                }
                if (deadline.expired()) {
                    return Optional.empty();
                }
                waiting.nap(deadline);
            }
        }
        return Optional.empty();
    }

    /** Takes what there is now; false if it is nothing. */
    private boolean read() {
        try {
            Optional<OutputFrame> frame = spool.next();
            frame.ifPresent(this::take);
            return frame.isPresent();
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STREAM_LOST,
                            "terminal %s cannot be followed: %s",
                            command.id(),
                            Why.of(e))
                    .causedBy(e);
        }
    }

    private void take(OutputFrame frame) {
        switch (frame) {
            case OutputFrame.Data data -> frames.data(data.bytes());
            case OutputFrame.Gap gap -> frames.gap(gap.to(), gap.reason());
            case OutputFrame.Exit _ -> throw new IllegalStateException("no end is in a file");
        }
    }

    @Override
    public void close() {
        closed = true;
        frames.clear();
        spool.close();
    }
}
