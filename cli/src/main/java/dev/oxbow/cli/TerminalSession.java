package dev.oxbow.cli;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalReader;
import dev.oxbow.sandbox.Viewer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The user's terminal joined to one in a sandbox, until that ends or the user leaves it. */
final class TerminalSession {
    private static final int BUFFER = 16 << 10;
    private static final int SCROLLBACK = 2_000;
    private static final Duration LOOK = Duration.ofMillis(100);

    /** Undoes what a program may have asked of a terminal, and leaves the text as it is. */
    private static final byte[] USUAL_MODES =
            ("\u001b[?1049l\u001b[!p\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1004l"
                            + "\u001b[?1006l\u001b[?2004l\u001b[?25h\u001b>\u001b[0m\r\n")
                    .getBytes(StandardCharsets.US_ASCII);

    private final Surroundings surroundings;
    private final Terminal theirs;
    private final Viewer viewer = Viewer.next();
    private volatile boolean left;

    TerminalSession(Surroundings surroundings, Terminal theirs) {
        this.surroundings = surroundings;
        this.theirs = theirs;
    }

    /** Joins one that was opened just now. */
    Optional<ProcessExit> begin(UserTerminal ours) throws InterruptedException {
        return show(ours, theirs.read(0));
    }

    /**
     * Joins one that has been there before, with what is on its screen and above.
     *
     * @return how its command ended; empty if the user left it
     */
    Optional<ProcessExit> join(UserTerminal ours) throws InterruptedException {
        takeSize(ours);
        // What the user has on the screen goes up, not away.
        surroundings.out().print("\n".repeat(ours.size().rows()));
        return show(ours, theirs.attach(SCROLLBACK));
    }

    private Optional<ProcessExit> show(UserTerminal ours, TerminalReader reader)
            throws InterruptedException {
        takeSize(ours);
        ours.onResize(() -> resize(ours));
        ours.raw();
        // Keys are waited for as long as the user likes, so they have a thread of their own.
        Thread.ofPlatform().name("keys").daemon().start(this::type);
        try (reader) {
            Optional<ProcessExit> exit = copy(reader);
            if (exit.isEmpty()) {
                write(USUAL_MODES);
            }
            return exit;
        }
    }

    private Optional<ProcessExit> copy(TerminalReader reader) throws InterruptedException {
        while (!left && !surroundings.out().checkError()) {
            Optional<TerminalFrame> next = reader.next(Deadline.in(LOOK));
            if (next.isEmpty()) {
                continue;
            }
            switch (next.get()) {
                case TerminalFrame.Data data -> write(data.bytes());
                case TerminalFrame.Screen screen -> write(screen.bytes());
                case TerminalFrame.Exit end -> {
                    return Optional.of(end.exit());
                }
                case TerminalFrame.Size _, TerminalFrame.Gap _, TerminalFrame.Live _ -> {
                    // A terminal shows what there is; it has no line to say so in.
                }
            }
        }
        return Optional.empty();
    }

    private void write(byte[] bytes) {
        PrintStream out = surroundings.out();
        out.write(bytes, 0, bytes.length);
        out.flush();
    }

    private void takeSize(UserTerminal ours) {
        try {
            theirs.takeSize(viewer, ours.size());
        } catch (OxException e) {
            ignoreIfOver(e);
        }
    }

    private void resize(UserTerminal ours) {
        try {
            theirs.resize(viewer, ours.size());
        } catch (OxException e) {
            ignoreIfOver(e);
        }
    }

    /** Another viewer has the size now, or the command has ended, which the reader tells. */
    private static void ignoreIfOver(OxException e) {
        if (e.code() != ErrorCode.SIZE_OWNER_LOST && e.code() != ErrorCode.OPERATION_INTERRUPTED) {
            throw e;
        }
    }

    private void type() {
        DetachKey detach = new DetachKey();
        byte[] buffer = new byte[BUFFER];
        long typed = 0;
        try {
            int count;
            while ((count = surroundings.in().read(buffer)) >= 0) {
                int theirsOf = detach.find(buffer, count);
                theirs.write(viewer, typed, Arrays.copyOf(buffer, theirsOf));
                typed += theirsOf;
                if (theirsOf < count) {
                    break;
                }
            }
        } catch (IOException | OxException _) {
            // One side has hung up: the reader tells which.
            return;
        }
        left = true;
    }
}
