package dev.oxbow.bench;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Signal;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalReader;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.sandbox.Viewer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/** A sandbox that things are done with; each checks what came of it. Not for several threads. */
final class SoakedSandbox {
    private static final TreePath FILE = TreePath.of("content");
    private static final int OUTPUT = 1 << 20;

    private final Sandbox sandbox;
    private final Random random;
    private byte[] content = {};

    SoakedSandbox(Sandbox sandbox, Random random) {
        this.sandbox = sandbox;
        this.random = random;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    SandboxId id() {
        return sandbox.id();
    }

    /** What its file holds. */
    byte[] content() {
        return content.clone();
    }

    void exec() throws Exception {
        OurStarts.succeed(sandbox.exec(ProcessSpec.of("true")));
    }

    /** What goes in comes out. */
    void input() throws Exception {
        SandboxProcess process =
                sandbox.exec(ProcessSpec.of("cat").withStdin(new ProcessSpec.Stdin.Pipe()));
        byte[] bytes = new byte[10_000];
        random.nextBytes(bytes);
        process.write(bytes);
        process.closeStdin();
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        Lines.read(process, bytes.length, seen::write);
        OurStarts.succeed(process);
        same(bytes, seen.toByteArray());
    }

    /** Much output, all of it there. */
    void output() throws Exception {
        SandboxProcess process =
                sandbox.exec(ProcessSpec.of("head", "-c", Integer.toString(OUTPUT), "/dev/zero"));
        Lines.read(process, OUTPUT, _ -> {});
        OurStarts.succeed(process);
    }

    /** Another content of its file, read back. */
    void files() throws Exception {
        content = new byte[1 + random.nextInt(300_000)];
        random.nextBytes(content);
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            files.write(FILE, 0644, Optional.empty(), new ByteArrayInputStream(content));
        }
        expect(content);
    }

    /** Fails if its file holds anything else. */
    void expect(byte[] wanted) throws IOException {
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE);
                InputStream in = files.read(FILE)) {
            same(wanted, in.readAllBytes());
        }
        content = wanted.clone();
    }

    /** Types a line into a shell and waits for what it prints. */
    void terminal() throws Exception {
        Terminal terminal = sandbox.openTerminal(ProcessSpec.of("sh"), TerminalSize.DEFAULT);
        try (TerminalReader reader = terminal.read(0)) {
            terminal.write(Viewer.next(), 0, "echo $((6*7))\n".getBytes(StandardCharsets.US_ASCII));
            String seen = "";
            while (!seen.contains("42")) {
                TerminalFrame frame =
                        reader.next(Deadline.in(OurStarts.PATIENCE))
                                .orElseThrow(() -> new IOException("nothing was shown"));
                if (frame instanceof TerminalFrame.Data data) {
                    seen += new String(data.bytes(), StandardCharsets.ISO_8859_1);
                }
            }
        }
        ProcessExit unusedEnd = terminal.hangUp();
    }

    /** A command with children, ended from outside. */
    void kill() throws Exception {
        SandboxProcess process =
                sandbox.exec(ProcessSpec.of("sh", "-c", "sleep 600 & sleep 600 & wait"));
        process.signal(Signal.KILL);
        if (process.awaitExit(Deadline.in(OurStarts.PATIENCE)).isEmpty()) {
            throw new IOException("it outlived its killing");
        }
    }

    /** Rests, and is used again. */
    void pause() throws Exception {
        sandbox.pause();
        exec();
    }

    /** Ends, and begins again with the same files. */
    void restart() throws Exception {
        files();
        sandbox.stop();
        sandbox.start();
        exec();
        expect(content);
    }

    private static void same(byte[] wanted, byte[] seen) throws IOException {
        if (!Arrays.equals(wanted, seen)) {
            throw new IOException(
                    "%d bytes, not the %d that were written".formatted(seen.length, wanted.length));
        }
    }
}
