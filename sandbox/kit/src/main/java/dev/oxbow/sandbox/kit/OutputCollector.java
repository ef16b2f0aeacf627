package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the output of a process and holds every frame to the rules of the stream. */
final class OutputCollector implements AutoCloseable {
    private final OutputReader reader;
    private final Cursor start;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final List<OutputFrame.Gap> gaps = new ArrayList<>();
    private Cursor cursor;
    private Optional<ProcessExit> exit = Optional.empty();

    OutputCollector(SandboxProcess process, Cursor from) {
        reader = process.read(from);
        start = from;
        cursor = from;
    }

    /** Takes one frame; false if none came before the deadline. */
    boolean next(Deadline deadline) throws InterruptedException {
        Optional<OutputFrame> frame = reader.next(deadline);
        frame.ifPresent(this::take);
        return frame.isPresent();
    }

    private void take(OutputFrame frame) {
        assertThat(exit).as("a frame after the exit: %s", frame).isEmpty();
        switch (frame) {
            case OutputFrame.Data data -> {
                assertThat(data.bytes()).as("an empty frame").isNotEmpty();
                assertThat(data.offset())
                        .as("offset of the next frame of %s", data.channel())
                        .isEqualTo(at(data.channel()));
                sink(data.channel()).writeBytes(data.bytes());
            }
            case OutputFrame.Gap gap -> {
                assertThat(gap.from()).isEqualTo(at(gap.channel()));
                assertThat(gap.to()).isGreaterThan(gap.from());
                assertThat(gap.reason()).isNotBlank();
                gaps.add(gap);
            }
            case OutputFrame.Exit end -> {
                assertThat(end.exit().stdoutEnd())
                        .as("end of standard output against what was delivered")
                        .isEqualTo(cursor.stdout());
                assertThat(end.exit().stderrEnd())
                        .as("end of standard error against what was delivered")
                        .isEqualTo(cursor.stderr());
                exit = Optional.of(end.exit());
            }
        }
        cursor = cursor.after(frame);
    }

    private long at(Channel channel) {
        return channel == Channel.STDOUT ? cursor.stdout() : cursor.stderr();
    }

    private ByteArrayOutputStream sink(Channel channel) {
        return channel == Channel.STDOUT ? stdout : stderr;
    }

    /** Reads to the exit. */
    Ran toTheEnd(Deadline deadline) throws InterruptedException {
        while (exit.isEmpty()) {
            assertThat(next(deadline))
                    .as("no exit in time; so far %d + %d bytes", stdout.size(), stderr.size())
                    .isTrue();
        }
        assertThat(reader.next(Deadline.in(Duration.ZERO)))
                .as("something after the exit")
                .isEmpty();
        return new Ran(exit.get(), stdout.toByteArray(), stderr.toByteArray());
    }

    /** Reads until standard output, from where this began, contains a text. */
    void until(String text, Deadline deadline) throws InterruptedException {
        while (!out().contains(text)) {
            assertThat(exit).as("ended before it said '%s': %s", text, out()).isEmpty();
            assertThat(next(deadline)).as("did not say '%s' in time: %s", text, out()).isTrue();
        }
    }

    String out() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    List<OutputFrame.Gap> gaps() {
        return gaps;
    }

    Cursor start() {
        return start;
    }

    /** The next bytes wanted. */
    Cursor cursor() {
        return cursor;
    }

    @Override
    public void close() {
        reader.close();
    }
}
