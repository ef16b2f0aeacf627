package dev.oxbow.engine;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.RedactingStream;
import dev.oxbow.base.Redactor;
import dev.oxbow.posix.AppendFile;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.SandboxProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;

/**
 * The log of one run for people: what the engine and the agent said, line by line, redacted. Each
 * line is time, phase, {@code out} or {@code err}, text. Not for several threads.
 */
final class RunLog implements AutoCloseable {
    /** Beyond it the log says once that it ends here. */
    private static final long MOST = 64L << 20;

    private static final TreePath NAME = TreePath.of("run.log");

    private final Directory directory;
    private final AppendFile file;
    private final Map<SandboxProcess.Channel, RedactingStream> streams =
            new EnumMap<>(SandboxProcess.Channel.class);
    private final Redactor redactor;
    private long size;

    private RunLog(Directory directory, AppendFile file, Redactor redactor) {
        this.directory = directory;
        this.file = file;
        this.redactor = redactor;
        this.size = file.size().bytes();
    }

    static RunLog open(Path runDirectory, Redactor redactor) {
        Directory directory = Directory.open(runDirectory);
        return new RunLog(directory, directory.append(NAME, 0600), redactor);
    }

    /** Bytes written. */
    long size() {
        return size;
    }

    /** Cuts off what was written after that size; a later reader writes it anew. */
    void rewind(long to) {
        if (to < size) {
            file.truncate(new ByteSize(to));
            size = to;
        }
        streams.clear();
    }

    /** A line of the engine. */
    void line(RunPhase phase, String text) {
        write(phase, SandboxProcess.Channel.STDERR, redactor.redact(text) + "\n");
    }

    /** Bytes of the agent. */
    void output(RunPhase phase, SandboxProcess.Channel channel, byte[] bytes) {
        RedactingStream stream = streams.computeIfAbsent(channel, _ -> redactor.stream());
        write(phase, channel, stream.append(bytes, 0, bytes.length));
    }

    /** The agent has ended: its last, unfinished line is written. */
    void outputEnded(RunPhase phase) {
        streams.forEach((channel, stream) -> {
            String rest = stream.finish();
            write(phase, channel, rest.isEmpty() || rest.endsWith("\n") ? rest : rest + "\n");
        });
        streams.clear();
    }

    private void write(RunPhase phase, SandboxProcess.Channel channel, String text) {
        if (text.isEmpty() || size >= MOST) {
            return;
        }
        String mark =
                Instant.now().truncatedTo(ChronoUnit.MILLIS)
                        + " "
                        + phase.wire()
                        + (channel == SandboxProcess.Channel.STDOUT ? " out " : " err ");
        StringBuilder lines = new StringBuilder(text.length() + mark.length());
        text.lines().forEach(line -> lines.append(mark).append(line).append('\n'));
        if (size + lines.length() >= MOST) {
            lines.setLength(0);
            lines.append(mark).append("[the log is full and ends here]\n");
            size = MOST;
        }
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        file.write(bytes);
        size += bytes.length;
    }

    @Override
    public void close() {
        file.close();
        directory.close();
    }
}
