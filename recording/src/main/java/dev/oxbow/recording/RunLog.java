package dev.oxbow.recording;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RedactingStream;
import dev.oxbow.base.Redactor;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code run.log}: what Oxbow says and the output of the agent, each line {@code <RFC 3339> <phase>
 * <out|err> <text>}, redacted.
 *
 * <p>Output may arrive in any pieces; a secret cut by their borders is still found, so a line shows
 * only once it is whole. Above the limit the first half and the latest lines are kept and the cut
 * is marked. A failure to write, a full disk for example, never stops the run: it is known from
 * {@link #failure}. Safe for concurrent use.
 */
public final class RunLog implements AutoCloseable {
    /** Largest {@code run.log} if nobody says otherwise. */
    public static final ByteSize DEFAULT_LIMIT = ByteSize.mebibytes(64);

    /** All stamps are of one length: a log that is written anew has its lines where they were. */
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** A line that does not end is shown in pieces of about this many characters. */
    private static final int LONGEST_LINE = 1 << 20;

    private final CappedFile file;
    private final Redactor redactor;
    private final Clock clock;
    private final Map<Source, Lines> sources = new EnumMap<>(Source.class);
    private Lines own;
    private Optional<OxException> failure = Optional.empty();

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
        this.redactor = redactor;
        this.clock = clock;
        this.own = new Lines(redactor.stream());
    }

    /** Opens the log of a run, going on after what is there. The folder must outlive it. */
    public static RunLog open(RunFolder folder, Redactor redactor, ByteSize limit, Clock clock) {
        folder.refuseLink(Artifact.RUN_LOG.path());
        return new RunLog(
                CappedFile.open(folder.directory(), Artifact.RUN_LOG.path(), limit),
                redactor,
                clock);
    }

    /** Bytes in the file now. */
    public synchronized long size() {
        return file.size();
    }

    /** Cuts off what was written after that size, as somebody will write it anew. */
    public synchronized void rewind(long size) {
        sources.clear();
        own = new Lines(redactor.stream());
        attempt(() -> file.truncate(size));
    }

    /** Writes what Oxbow itself has to say; line ends begin new lines. */
    public synchronized void say(String phase, String text) {
        own.phase = phase;
        emit(own, Source.OUT, own.redacting.append(text + "\n"));
    }

    /** Takes a piece of the agent's output. */
    public synchronized void output(
            String phase, Source source, byte[] bytes, int offset, int length) {
        Lines lines = sources.computeIfAbsent(source, _ -> new Lines(redactor.stream()));
        lines.phase = phase;
        emit(lines, source, lines.redacting.append(bytes, offset, length));
    }

    /** The agent has ended: writes its last, unfinished lines. */
    public synchronized void outputEnded() {
        sources.forEach((source, lines) -> {
            emit(lines, source, lines.redacting.finish());
            if (!lines.partial.isEmpty()) {
                emit(lines, source, "\n");
            }
        });
        sources.clear();
    }

    /** Why something is missing, if something could not be written. */
    public synchronized Optional<OxException> failure() {
        return failure;
    }

    /** Writes what was held back, waits until all is on the disk, and closes. */
    @Override
    public synchronized void close() {
        outputEnded();
        attempt(file::sync);
        attempt(file::close);
    }

    private void emit(Lines lines, Source source, String text) {
        if (text.isEmpty()) {
            return;
        }
        lines.partial.append(text);
        if (lines.partial.length() > LONGEST_LINE && lines.partial.indexOf("\n") < 0) {
            lines.partial.append('\n');
        }
        StringBuilder out = new StringBuilder();
        int start = 0;
        for (int end = lines.partial.indexOf("\n"); end >= 0; ) {
            out.append(STAMP.format(clock.instant()))
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
            attempt(() -> file.append(out.toString().getBytes(StandardCharsets.UTF_8)));
        }
    }

    private void attempt(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            failure = failure.or(() -> Optional.of(OxException.from(e)));
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
