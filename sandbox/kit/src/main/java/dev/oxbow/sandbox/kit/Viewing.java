package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalReader;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.sandbox.Viewer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One viewer of a terminal, who reads and types and holds every frame to the rules. */
final class Viewing implements AutoCloseable {
    private final Terminal terminal;
    private final TerminalReader reader;
    private final Viewer viewer = Viewer.next();

    /** One character per byte, so that places in it are those of bytes. */
    private final StringBuilder shown = new StringBuilder();

    private final List<TerminalFrame> frames = new ArrayList<>();
    private long position;
    private int searched;
    private long typed;
    private boolean live;
    private Optional<ProcessExit> exit = Optional.empty();

    private Viewing(Terminal terminal, TerminalReader reader, long from) {
        this.terminal = terminal;
        this.reader = reader;
        this.position = from;
    }

    static Viewing from(Terminal terminal, long offset) {
        return new Viewing(terminal, terminal.read(offset), offset);
    }

    /** Joins by the screen; what follows is new. */
    static Viewing attached(Terminal terminal) {
        return new Viewing(terminal, terminal.attach(1_000), -1);
    }

    Terminal terminal() {
        return terminal;
    }

    Viewer viewer() {
        return viewer;
    }

    /** Everything delivered so far. */
    List<TerminalFrame> frames() {
        return frames;
    }

    /** Next byte wanted. */
    long position() {
        return position;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        return shown.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** How many bytes were shown so far. */
    int length() {
        return shown.length();
    }

    /** The screen by which this joined. */
    String screen() {
        return frames.stream()
                .filter(TerminalFrame.Screen.class::isInstance)
                .map(TerminalFrame.Screen.class::cast)
                .map(screen -> new String(screen.bytes(), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();
    }

    List<TerminalSize> sizes() {
        return frames.stream()
                .filter(TerminalFrame.Size.class::isInstance)
                .map(frame -> ((TerminalFrame.Size) frame).size())
                .toList();
    }

    /** Reads until the text has been shown; gives all since the last such text, and that one. */
    String until(String text) throws InterruptedException {
        Deadline deadline = ProviderContract.soon();
        String wanted =
                new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        int at = shown.indexOf(wanted, searched);
        while (at < 0) {
            int from = Math.max(searched, shown.length() - wanted.length());
            assertThat(exit).as(() -> "ended before it showed '" + text + "': " + text()).isEmpty();
            assertThat(next(deadline))
                    .as(() -> "did not show '" + text + "' in time: " + text())
                    .isTrue();
            at = shown.indexOf(wanted, from);
        }
        int end = at + wanted.length();
        String part = text(shown.substring(searched, end));
        searched = end;
        return part;
    }

    /** Reads until that many bytes were shown. */
    void untilLength(int bytes) throws InterruptedException {
        while (length() < bytes) {
            assertThat(next(ProviderContract.soon())).as(() -> "only " + length()).isTrue();
        }
    }

    Viewing untilLive() throws InterruptedException {
        while (!live) {
            assertThat(next(ProviderContract.soon())).as("no live mark in time").isTrue();
        }
        return this;
    }

    /** Waits until the terminal has that size, as frames tell it. */
    void untilSize(TerminalSize size) throws InterruptedException {
        while (sizes().isEmpty() || !sizes().getLast().equals(size)) {
            assertThat(next(ProviderContract.soon())).as("not told of %s in time", size).isTrue();
        }
    }

    /** All that is shown until the end. */
    String rest() throws InterruptedException {
        while (exit.isEmpty()) {
            assertThat(next(ProviderContract.soon()))
                    .as(() -> "no end in time: " + text())
                    .isTrue();
        }
        assertThat(reader.next(Deadline.in(Duration.ZERO))).isEmpty();
        return text(shown.substring(searched));
    }

    ProcessExit end() throws InterruptedException {
        String _ = rest();
        assertThat(terminal.awaitExit(ProviderContract.soon())).isEqualTo(exit);
        return exit.orElseThrow();
    }

    private boolean next(Deadline deadline) throws InterruptedException {
        Optional<TerminalFrame> frame = reader.next(deadline);
        frame.ifPresent(this::take);
        return frame.isPresent();
    }

    private void take(TerminalFrame frame) {
        assertThat(exit).as("a frame after the exit: %s", frame).isEmpty();
        if (frames.isEmpty()) {
            assertThat(frame).as("the first frame").isInstanceOf(TerminalFrame.Size.class);
        }
        frames.add(frame);
        switch (frame) {
            case TerminalFrame.Size size ->
                    assertThat(size.offset())
                            .as("place of a size")
                            .isLessThanOrEqualTo(at(size.offset()));
            case TerminalFrame.Screen screen -> position = at(screen.offset());
            case TerminalFrame.Data data -> {
                assertThat(data.bytes()).as("an empty frame").isNotEmpty();
                assertThat(data.offset()).as("offset of the next frame").isEqualTo(position);
                shown.append(new String(data.bytes(), StandardCharsets.ISO_8859_1));
                position += data.bytes().length;
            }
            case TerminalFrame.Gap gap -> {
                assertThat(gap.from()).isEqualTo(position);
                assertThat(gap.to()).isGreaterThan(gap.from());
                position = gap.to();
            }
            case TerminalFrame.Live mark -> {
                assertThat(live).as("a second live mark").isFalse();
                assertThat(mark.offset()).isEqualTo(position);
                live = true;
            }
            case TerminalFrame.Exit end -> {
                assertThat(live).as("the live mark before the end").isTrue();
                assertThat(end.exit().stdoutEnd()).as("end of what was shown").isEqualTo(position);
                exit = Optional.of(end.exit());
            }
        }
    }

    private long at(long offset) {
        return position < 0 ? offset : position;
    }

    void type(String keys) {
        byte[] bytes = keys.getBytes(StandardCharsets.UTF_8);
        terminal.write(viewer, typed, bytes);
        typed += bytes.length;
    }

    /** Ends the looking; the terminal goes on. */
    @Override
    public void close() {
        reader.close();
    }
}
