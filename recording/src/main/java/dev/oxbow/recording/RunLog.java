package dev.oxbow.recording;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.RedactingStream;
import dev.oxbow.base.Redactor;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;

/**
 * {@code run.log}: phases of the run and the output of its agent, each line {@code <RFC 3339>
 * <phase> <out|err> <text>}, redacted.
 *
 * <p>Output may arrive in any pieces; a secret cut by their borders is still found, so a line shows
 * only once it is whole. Above the limit the first half and the latest lines are kept and the cut
 * is marked. Safe for concurrent use.
 */
public final class RunLog implements AutoCloseable {
    /** Largest {@code run.log} if nobody says otherwise. */
    public static final ByteSize DEFAULT_LIMIT = ByteSize.mebibytes(64);

    private final CappedFile file;
    private final Clock clock;
    private final Lines own;
    private final Map<Source, Lines> sources = new EnumMap<>(Source.class);

    /** Which of the two streams of a process. */
    public enum Source {
        /** Standard output, and what Oxbow itself says. */
        OUT,
        /** Standard error. */
        ERR;

        private String wire() {
            return this == OUT ? "out" : "err";
        }
    }

    private RunLog(CappedFile file, Redactor redactor, Clock clock) {
        this.file = file;
        this.clock = clock;
        for (Source source : Source.values()) {
            sources.put(source, new Lines(redactor.stream()));
        }
        this.own = new Lines(redactor.stream());
    }

    /** Opens the log of a run, going on after what is there. */
    public static RunLog open(RunFolder folder, Redactor redactor, ByteSize limit, Clock clock) {
        folder.refuseLink(Artifact.RUN_LOG.path());
        return new RunLog(
                CappedFile.open(folder.directory(), Artifact.RUN_LOG.path(), limit),
                redactor,
                clock);
    }

    /** Writes what Oxbow itself has to say; line ends begin new lines. */
    public synchronized void say(String phase, String text) {
        own.phase = phase;
        emit(own, Source.OUT, own.redacting.append(text + "\n"));
    }

    /** Takes a piece of the agent's output. */
    public synchronized void output(
            String phase, Source source, byte[] bytes, int offset, int length) {
        Lines lines = sources.get(source);
        if (lines == null) {
            throw new AssertionError(source);
        }
        lines.phase = phase;
        emit(lines, source, lines.redacting.append(bytes, offset, length));
    }

    /** Writes what was held back, waits until all is on the disk, and closes. */
    @Override
    public synchronized void close() {
        try {
            sources.forEach((source, lines) -> {
                emit(lines, source, lines.redacting.finish());
                if (!lines.partial.isEmpty()) {
                    emit(lines, source, "\n");
                }
            });
            file.sync();
        } finally {
            file.close();
        }
    }

    private void emit(Lines lines, Source source, String text) {
        if (text.isEmpty()) {
            return;
        }
        lines.partial.append(text);
        StringBuilder out = new StringBuilder();
        int start = 0;
        for (int end = lines.partial.indexOf("\n"); end >= 0; ) {
            out.append(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                    .append(' ')
                    .append(lines.phase)
                    .append(' ')
                    .append(source.wire())
                    .append(' ')
                    .append(lines.partial, start, end)
                    .append('\n');
            start = end + 1;
            end = lines.partial.indexOf("\n", start);
        }
        lines.partial.delete(0, start);
        if (!out.isEmpty()) {
            file.append(out.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** One stream on its way to whole lines. */
    private static final class Lines {
        final RedactingStream redacting;
        final StringBuilder partial = new StringBuilder();
        String phase = "";

        Lines(RedactingStream redacting) {
            this.redacting = redacting;
        }
    }
}
