package dev.oxbow.providers.fake;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what one process wrote, by absolute offset, for any number of readers. Writers never wait;
 * beyond the retention the oldest bytes go.
 */
final class Spool {
    private static final int CHUNK = 64 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Track stdout = new Track();
    private final Track stderr = new Track();
    private final long retention;
    private final Runnable gate;
    private @Nullable ProcessExit exit;

    /**
     * An empty one.
     *
     * @param gate passed by a program before each write
     */
    Spool(long retention, Runnable gate) {
        this.retention = retention;
        this.gate = gate;
    }

    private static final class Track {
        final NavigableMap<Long, byte[]> chunks = new TreeMap<>();
        long end;

        long earliest() {
            return chunks.isEmpty() ? end : chunks.firstKey();
        }

        void add(byte[] bytes, long retention) {
            chunks.put(end, bytes);
            end += bytes.length;
            while (end - chunks.firstEntry().getValue().length - chunks.firstKey() >= retention) {
                chunks.pollFirstEntry();
            }
        }

        byte[] from(long offset) {
            Map.Entry<Long, byte[]> chunk = chunks.floorEntry(offset);
            int skip = (int) (offset - chunk.getKey());
            byte[] bytes = chunk.getValue();
            return skip == 0 ? bytes : Arrays.copyOfRange(bytes, skip, bytes.length);
        }
    }

    private Track track(Channel channel) {
        return channel == Channel.STDOUT ? stdout : stderr;
    }

    /** Where a process writes one of its streams. Bytes after the exit are lost. */
    OutputStream sink(Channel channel) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                gate.run();
                lock.lock();
                try {
                    if (exit != null) {
                        return;
                    }
                    for (int at = 0; at < length; at += CHUNK) {
                        int to = Math.min(length, at + CHUNK);
                        track(channel)
                                .add(
                                        Arrays.copyOfRange(bytes, offset + at, offset + to),
                                        retention);
                    }
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    /** Records the end, once; {@code ending} is given the final lengths. */
    void finish(Ending ending) {
        lock.lock();
        try {
            if (exit == null) {
                exit = ending.at(stdout.end, stderr.end);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Makes the exit record from the lengths of both streams. */
    interface Ending {
        ProcessExit at(long stdoutEnd, long stderrEnd);
    }

    Optional<ProcessExit> exit() {
        lock.lock();
        try {
            return Optional.ofNullable(exit);
        } finally {
            lock.unlock();
        }
    }

    Optional<ProcessExit> awaitExit(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (exit == null && !deadline.expired()) {
                boolean unusedSignal =
                        changed.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            }
            return Optional.ofNullable(exit);
        } finally {
            lock.unlock();
        }
    }

    /** Offset of the first byte of standard output that is kept. */
    long earliest() {
        lock.lock();
        try {
            return stdout.earliest();
        } finally {
            lock.unlock();
        }
    }

    /** Offset behind the last byte of standard output. */
    long end() {
        lock.lock();
        try {
            return stdout.end;
        } finally {
            lock.unlock();
        }
    }

    OutputReader read(Cursor from) {
        lock.lock();
        try {
            check(Channel.STDOUT, from.stdout());
            check(Channel.STDERR, from.stderr());
        } finally {
            lock.unlock();
        }
        return new Reader(from);
    }

    private void check(Channel channel, long offset) {
        Track track = track(channel);
        if (offset < track.earliest()) {
            throw OxException.of(
                            ErrorCode.CURSOR_EXPIRED,
                            "%s is kept from byte %d on, wanted from %d",
                            channel,
                            track.earliest(),
                            offset)
                    .with("earliest", track.earliest())
                    .with("latest", track.end);
        }
        if (offset > track.end) {
            throw OxException.of(
                            ErrorCode.CURSOR_AHEAD,
                            "%s ends at byte %d, wanted from %d",
                            channel,
                            track.end,
                            offset)
                    .with("earliest", track.earliest())
                    .with("latest", track.end);
        }
    }

    private final class Reader implements OutputReader {
        private Cursor cursor;
        private boolean done;

        Reader(Cursor from) {
            cursor = from;
        }

        @Override
        public Optional<OutputFrame> next(Deadline deadline) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                while (!done) {
                    Optional<OutputFrame> frame = available();
                    if (frame.isPresent()) {
                        cursor = cursor.after(frame.get());
                        return frame;
                    }
                    if (deadline.expired()) {
                        break;
                    }
                    boolean unusedSignal =
                            changed.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
                }
                return Optional.empty();
            } finally {
                lock.unlock();
            }
        }

        private Optional<OutputFrame> available() {
            return of(Channel.STDOUT, cursor.stdout())
                    .or(() -> of(Channel.STDERR, cursor.stderr()))
                    .or(this::end);
        }

        private Optional<OutputFrame> of(Channel channel, long offset) {
            Track track = track(channel);
            if (offset >= track.end) {
                return Optional.empty();
            }
            if (offset < track.earliest()) {
                return Optional.of(
                        new OutputFrame.Gap(channel, offset, track.earliest(), "retention"));
            }
            return Optional.of(new OutputFrame.Data(channel, offset, track.from(offset)));
        }

        private Optional<OutputFrame> end() {
            if (exit == null) {
                return Optional.empty();
            }
            done = true;
            return Optional.of(new OutputFrame.Exit(exit));
        }

        @Override
        public void close() {
            lock.lock();
            try {
                done = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
