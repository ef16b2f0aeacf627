package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Follows the two output files of a process. Reading costs the process nothing, and readers know
 * nothing of each other.
 */
final class SpoolReader implements OutputReader {
    /** How often a silent process is asked for. */
    static final Duration SUPERVISOR_CHECK = Duration.ofMillis(250);

    private final LocalProcess process;
    private final Spool stdout;
    private final Spool stderr;
    private final Waiting waiting = new Waiting();
    private Deadline nextCheck = Deadline.in(SUPERVISOR_CHECK);
    private boolean ended;

    private SpoolReader(LocalProcess process, Spool stdout, Spool stderr) {
        this.process = process;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    static SpoolReader open(LocalProcess process, SandboxFolder.ProcessFolder folder, Cursor from) {
        Spool out = Spool.open(Channel.STDOUT, folder, from.stdout());
        try {
            Spool err = Spool.open(Channel.STDERR, folder, from.stderr());
            return new SpoolReader(process, out, err);
        } catch (RuntimeException e) {
            out.close();
            throw e;
        }
    }

    @Override
    public Optional<OutputFrame> next(Deadline deadline) throws InterruptedException {
        while (!ended) {
            // Asked before the files are looked at: what was written before the end is then seen.
            Optional<ProcessExit> end = process.recorded();
            Optional<OutputFrame> frame = read();
            if (frame.isPresent()) {
                waiting.reset();
                return frame;
            }
            if (end.isPresent()) {
                ended = true;
                return Optional.of(new OutputFrame.Exit(end.get()));
            }
            if (nextCheck.expired()) {
                Optional<ProcessExit> unusedSeenNextTime = process.exit();
                nextCheck = Deadline.in(SUPERVISOR_CHECK);
            }
            if (deadline.expired()) {
                return Optional.empty();
            }
            waiting.nap(deadline);
        }
        return Optional.empty();
    }

    private Optional<OutputFrame> read() {
        try {
            Optional<OutputFrame> frame = stdout.next();
            return frame.isPresent() ? frame : stderr.next();
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STREAM_LOST,
                            "the output of process %s cannot be followed: %s",
                            process.id(),
                            Why.of(e))
                    .causedBy(e);
        }
    }

    @Override
    public void close() {
        ended = true;
        stdout.close();
        stderr.close();
    }
}
