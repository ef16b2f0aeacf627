package dev.oxbow.resilience;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.SandboxProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The output of a process over connections that come and go. A cut is mended by opening the stream
 * where it was; a connection that says nothing for long may be dead, so it is opened anew too.
 */
final class ResilientReader implements OutputReader {
    /** Pauses before a cut stream is opened again; a byte that arrives begins them anew. */
    private static final List<Duration> PAUSES =
            List.of(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30));

    private final Calls calls;
    private final SandboxProcess process;
    private Cursor cursor;
    private OutputReader reader;
    private long heardAt;
    private int cuts;
    private boolean over;

    ResilientReader(Calls calls, SandboxProcess process, Cursor from, OutputReader first) {
        this.calls = calls;
        this.process = process;
        this.cursor = from;
        this.reader = first;
        this.heardAt = calls.time().nanos();
    }

    @Override
    public Optional<OutputFrame> next(Deadline deadline) throws InterruptedException {
        while (!over) {
            try {
                Optional<OutputFrame> frame =
                        reader.next(deadline.orIn(calls.patience().silence()));
                if (frame.isPresent()) {
                    return Optional.of(heard(frame.get()));
                }
                if (silentFor().compareTo(calls.patience().silence()) >= 0) {
                    reopen();
                }
                if (deadline.expired()) {
                    return Optional.empty();
                }
            } catch (OxException e) {
                mend(e);
            }
        }
        return Optional.empty();
    }

    private OutputFrame heard(OutputFrame frame) {
        cursor = cursor.after(frame);
        heardAt = calls.time().nanos();
        cuts = 0;
        over = frame instanceof OutputFrame.Exit;
        return frame;
    }

    private Duration silentFor() {
        return Duration.ofNanos(calls.time().nanos() - heardAt);
    }

    /** Opens the stream again, as often as it takes or may be tried. */
    private void mend(OxException first) throws InterruptedException {
        OxException failure = first;
        while (true) {
            refuseIfFinal(failure);
            calls.time().sleep(PAUSES.get(cuts++));
            try {
                reopen();
                return;
            } catch (OxException again) {
                failure = again;
            }
        }
    }

    private void refuseIfFinal(OxException e) {
        boolean cut =
                switch (e.code()) {
                    case STREAM_LOST, PROVIDER_TIMEOUT, PROVIDER_UNAVAILABLE -> true;
                    default -> false;
                };
        if (!cut) {
            throw e;
        }
        if (cuts == PAUSES.size()) {
            throw OxException.of(
                            ErrorCode.STREAM_LOST,
                            "the output could not be followed beyond byte %d of stdout and %d of"
                                    + " stderr after %d attempts: %s",
                            cursor.stdout(),
                            cursor.stderr(),
                            cuts,
                            e.getMessage())
                    .with("stdout", cursor.stdout())
                    .with("stderr", cursor.stderr())
                    .causedBy(e);
        }
    }

    private void reopen() {
        reader.close();
        heardAt = calls.time().nanos();
        reader = calls.call("attach", Repeat.SAFE, () -> process.read(cursor));
    }

    @Override
    public void close() {
        over = true;
        reader.close();
    }
}
