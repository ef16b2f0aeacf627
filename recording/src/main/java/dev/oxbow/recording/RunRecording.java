package dev.oxbow.recording;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.OxException;
import dev.oxbow.base.Redactor;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Writes the artifacts of one run as it goes and when it is over.
 *
 * <p>While the run lasts, a failure to write (a full disk, say) never stops it: what could not be
 * written is told at the end. 64 KiB of the disk are held back from the start, so that {@code
 * summary.md} and {@code exit.json} can be written even then.
 *
 * <p>May be opened again after a crash and goes on where it stopped; offer it all events of the run
 * again, those it has are not written twice. Safe for concurrent use.
 */
public final class RunRecording implements AutoCloseable {
    private final RunFolder folder;
    private final RunLog log;
    private final EventLog events;
    private final RunTally tally = new RunTally();
    private final Closing closing;
    private long tallied;

    private RunRecording(RunFolder folder, Redactor redactor, RunLog log, EventLog events) {
        this.folder = folder;
        this.closing = new Closing(folder, redactor, tally);
        this.log = log;
        this.events = events;
    }

    /**
     * Begins, or goes on with, the recording of a run in that folder, which it closes with itself.
     *
     * @param redactor knows the secrets of the run
     */
    public static RunRecording open(RunFolder folder, Redactor redactor, Clock clock) {
        EventLog events = EventLog.open(folder);
        RunLog log;
        try {
            log = RunLog.open(folder, redactor, RunLog.DEFAULT_LIMIT, clock);
        } catch (RuntimeException e) {
            events.close();
            throw e;
        }
        RunRecording recording = new RunRecording(folder, redactor, log, events);
        recording.closing.attempt(folder::reserve);
        return recording;
    }

    /** Where the artifacts are. */
    public RunFolder folder() {
        return folder;
    }

    /** Records an event, which must have been redacted. */
    public synchronized void event(EventEnvelope event) {
        if (event.seq() > tallied) {
            tallied = event.seq();
            tally.accept(event.event());
        }
        closing.attempt(() -> events.append(event));
    }

    /** Writes a line of Oxbow's own into {@code run.log}. */
    public synchronized void say(String phase, String text) {
        closing.attempt(() -> log.say(phase, text));
    }

    /** Writes a piece of the agent's output into {@code run.log}. */
    public synchronized void output(
            String phase, RunLog.Source source, byte[] bytes, int offset, int length) {
        closing.attempt(() -> log.output(phase, source, bytes, offset, length));
    }

    /** What the events so far add up to. */
    public synchronized RunTally tally() {
        return tally;
    }

    /** Waits until all events so far are on the disk. */
    public void sync() {
        closing.attempt(events::sync);
    }

    /**
     * Writes the last artifacts, {@code exit.json} at the very end, and closes the recording. What
     * cannot be written is left out, told in {@code summary.md} and returned; only {@code
     * exit.json} itself must succeed. Usage and counts that the report lacks are taken from the
     * events.
     *
     * @param diff the patch; empty if nothing changed; read to its end and closed
     * @return what could not be written
     * @throws OxException if {@code exit.json} could not be written
     */
    public synchronized List<OxException> finish(ExitReport report, Optional<InputStream> diff) {
        closing.attempt(events::sync);
        closing.attempt(log::close);
        closing.attempt(events::close);
        List<OxException> problems = closing.finish(report, diff);
        folder.close();
        return problems;
    }

    /** Lets go without an end: the recording may be opened again. */
    @Override
    public synchronized void close() {
        closing.attempt(log::close);
        closing.attempt(events::close);
        folder.close();
    }
}
