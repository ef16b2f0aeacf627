package dev.oxbow.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of the host, run to its end with its output thrown away and its exit code checked. */
final class Command {
    private Command() {}

    /** Runs it; fails unless it ends with 0 within two minutes. */
    static void run(Path cwd, List<String> argv) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(argv)
                        .directory(cwd.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException(argv.getFirst() + " did not end within two minutes");
        }
        if (process.exitValue() != 0) {
            throw new IOException(argv.getFirst() + " ended with " + process.exitValue());
        }
    }

    /** Runs it in the current directory. */
    static void run(String... argv) throws IOException, InterruptedException {
        run(Path.of("."), List.of(argv));
    }
}
