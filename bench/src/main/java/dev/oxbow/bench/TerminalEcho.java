package dev.oxbow.bench;

import dev.oxbow.base.Deadline;
import dev.oxbow.posix.Pty;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalReader;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.sandbox.Viewer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** From a key to the byte that the program on the terminal answers with. */
final class TerminalEcho {
    private static final String PROGRAM = "stty raw -echo; echo ready; exec cat";
    private static final byte[] KEY = {'x'};

    private final Sandbox sandbox;
    private final String tier;

    TerminalEcho(Sandbox sandbox, String tier) {
        this.sandbox = sandbox;
        this.tier = tier;
    }

    Row row(Course course) throws Exception {
        Terminal terminal =
                sandbox.openTerminal(ProcessSpec.of("sh", "-c", PROGRAM), TerminalSize.DEFAULT);
        Process bare = null;
        try (TerminalReader reader = terminal.read(0);
                Pty pty = Pty.open(80, 24)) {
            bare =
                    new ProcessBuilder("sh", "-c", PROGRAM)
                            .redirectInput(pty.slave().toFile())
                            .redirectOutput(pty.slave().toFile())
                            .redirectErrorStream(true)
                            .start();
            Viewer viewer = Viewer.next();
            until(reader, "ready");
            until(pty, "ready");
            Subject ours =
                    Subject.of(
                            "oxbow terminal",
                            tier,
                            () -> {
                                terminal.write(viewer, terminal.written(viewer), KEY);
                                until(reader, "x");
                            });
            Subject plain =
                    Subject.of(
                            "pseudo terminal",
                            () -> {
                                pty.input().write(KEY);
                                until(pty, "x");
                            });
            return Race.of(
                            "terminal echo",
                            "pty-echo",
                            "from the call of `write` with one key to the frame with the byte that"
                                    + " `cat`, raw, wrote back.",
                            Target.medianAndTail(3, 10),
                            course.rounds(500),
                            course.patience())
                    .run(List.of(ours, plain), course.progress());
        } finally {
            if (bare != null) {
                bare.destroyForcibly();
            }
            ProcessExit unusedEnd = terminal.hangUp();
        }
    }

    private static void until(TerminalReader reader, String wanted)
            throws IOException, InterruptedException {
        String seen = "";
        while (!seen.contains(wanted)) {
            TerminalFrame frame =
                    reader.next(Deadline.in(OurStarts.PATIENCE))
                            .orElseThrow(() -> new IOException("nothing was shown"));
            if (frame instanceof TerminalFrame.Data data) {
                seen += new String(data.bytes(), StandardCharsets.US_ASCII);
            } else if (frame instanceof TerminalFrame.Exit) {
                throw new IOException("the terminal ended");
            }
        }
    }

    private static void until(Pty pty, String wanted) throws IOException {
        byte[] buffer = new byte[256];
        String seen = "";
        while (!seen.contains(wanted)) {
            int n = pty.output().read(buffer, 0, buffer.length);
            if (n < 0) {
                throw new IOException("the terminal ended");
            }
            seen += new String(buffer, 0, n, StandardCharsets.US_ASCII);
        }
    }
}
