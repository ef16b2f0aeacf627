package dev.oxbow.recording;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.OxException;
import dev.oxbow.base.Redactor;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Writes all artifacts of a run that is over, from what was kept elsewhere: for those who do not
 * record as it goes by {@link RunRecording}. May be repeated; the result is the same.
 */
public final class RunArtifacts {
    private RunArtifacts() {}

    /**
     * Writes every artifact, {@code exit.json} at the very end. What cannot be written is left out,
     * told in {@code summary.md} and returned. Usage that the report lacks is taken from the
     * events, counts always are. The folder stays open.
     *
     * @param events all events of the run, redacted, in order; gone through twice
     * @param log content of {@code run.log}, redacted; read to its end, not closed
     * @param diff the patch; empty if nothing changed; read to its end, not closed
     * @param redactor for what the report and the summary say
     * @return what could not be written
     * @throws OxException if {@code exit.json} could not be written
     */
    public static List<OxException> write(
            RunFolder folder,
            ExitReport report,
            Iterable<EventEnvelope> events,
            Optional<InputStream> log,
            Optional<InputStream> diff,
            Redactor redactor) {
        RunTally tally = new RunTally();
        events.forEach(event -> tally.accept(event.event()));
        Closing closing = new Closing(folder, redactor, tally);
        closing.attempt(() -> closing.copy(Artifact.EVENTS, lines(events.iterator())));
        log.ifPresent(in -> closing.attempt(() -> closing.copy(Artifact.RUN_LOG, in)));
        return closing.finish(report, diff);
    }

    @SuppressWarnings("JdkObsolete") // a sequence of streams is only to be had from one
    private static InputStream lines(Iterator<EventEnvelope> events) {
        if (!events.hasNext()) {
            return InputStream.nullInputStream();
        }
        Enumeration<InputStream> lines =
                new Enumeration<>() {
                    @Override
                    public boolean hasMoreElements() {
                        return events.hasNext();
                    }

                    @Override
                    public InputStream nextElement() {
                        String line = events.next().toJson() + "\n";
                        return new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8));
                    }
                };
        return new SequenceInputStream(lines);
    }
}
