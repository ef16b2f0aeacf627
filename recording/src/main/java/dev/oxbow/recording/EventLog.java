package dev.oxbow.recording;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.ByteSize;
import dev.oxbow.base.Json;
import dev.oxbow.posix.AppendFile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * {@code events.jsonl}: one event per line, in order.
 *
 * <p>Opened again after a crash it cuts off a line that was not finished and goes on after the last
 * whole one; events that it already holds are skipped, so the whole stream may be offered again.
 * Events must have been redacted. Safe for concurrent use.
 */
public final class EventLog implements AutoCloseable {
    private final AppendFile file;
    private long lastSeq;

    private EventLog(AppendFile file, long lastSeq) {
        this.file = file;
        this.lastSeq = lastSeq;
    }

    /** Opens the log of a run, making it if absent. */
    public static EventLog open(RunFolder folder) {
        folder.refuseLink(Artifact.EVENTS.path());
        AppendFile file = folder.directory().append(Artifact.EVENTS.path(), 0644);
        boolean whole = false;
        try {
            Tail tail = Tail.of(folder);
            file.truncate(new ByteSize(tail.size));
            whole = true;
            return new EventLog(file, tail.lastSeq);
        } finally {
            if (!whole) {
                file.close();
            }
        }
    }

    /** Number of the last event held; 0 if there is none. */
    public synchronized long lastSeq() {
        return lastSeq;
    }

    /**
     * Adds an event, unless it is held already.
     *
     * @throws dev.oxbow.base.OxException with {@code NO_SPACE} if the disk is full; then nothing of
     *     it was added
     */
    public synchronized void append(EventEnvelope event) {
        if (event.seq() <= lastSeq) {
            return;
        }
        file.write((event.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
        lastSeq = event.seq();
    }

    /** Waits until all that was added is on the disk. */
    public void sync() {
        file.sync();
    }

    @Override
    public void close() {
        file.close();
    }

    /** Where the last whole event ends. */
    private record Tail(long size, long lastSeq) {
        static Tail of(RunFolder folder) {
            Tail tail = new Tail(0, 0);
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            try (InputStream in =
                    new BufferedInputStream(
                            folder.directory().read(Artifact.EVENTS.path()), 1 << 16)) {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    if (b != '\n') {
                        line.write(b);
                        continue;
                    }
                    long seq = seq(line.toString(StandardCharsets.UTF_8));
                    if (seq <= tail.lastSeq) {
                        return tail;
                    }
                    tail = new Tail(tail.size + line.size() + 1, seq);
                    line.reset();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return tail;
        }

        /** 0 if the line is no event: what follows it cannot be trusted. */
        private static long seq(String line) {
            try {
                return Json.tree(line).path("seq").asLong(0);
            } catch (Json.MalformedJson torn) {
                return 0;
            }
        }
    }
}
