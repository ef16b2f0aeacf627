package dev.oxbow.cli;

import dev.oxbow.engine.Engine;
import dev.oxbow.posix.Posix;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Where {@code ox} starts. */
public final class Main {
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        if (Cli.asksForVersion(args)) {
            out.println(VersionCommand.line());
            out.flush();
            System.exit(0);
        }
        AtomicReference<Engine> opened = new AtomicReference<>();
        AtomicBoolean signalled = new AtomicBoolean();
        // A hang-up or TERM hands runs on instead of losing them.
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("close")
                                .unstarted(() -> {
                                    signalled.set(true);
                                    Engine engine = opened.get();
                                    if (engine != null) {
                                        engine.close();
                                    }
                                }));
        Surroundings surroundings =
                new Surroundings(
                        System.in,
                        out,
                        err,
                        isTerminal(),
                        Path.of("").toAbsolutePath(),
                        System.getenv(),
                        () -> {
                            Engine engine = Engines.open(System.getenv());
                            opened.set(engine);
                            return engine;
                        });
        int code = new Cli(surroundings).run(args);
        // Only an engine leaves something to wait for. After a signal the hook has the last word,
        // and what a rehearsal loaded is written down by the ordinary end.
        if (opened.get() != null && !signalled.get() && !RehearseCommand.isAskedFor(args)) {
            Posix.endProcess(code);
        }
        System.exit(code);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 14),
                false,
                StandardCharsets.UTF_8);
    }

    /** Standard output alone decides; the console of Java also wants standard input to be one. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException noProc) {
            return Objects.requireNonNull(System.console()).isTerminal();
        }
    }
}
