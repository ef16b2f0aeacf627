package dev.oxbow.bench.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command of the host, run to its end with its exit code checked. */
public final class Command {
    private static final int PATIENCE_SECONDS = 120;
    private static final int TOLD = 300;

    private Command() {}

    /** Runs it with its output thrown away; fails unless it ends with 0 within two minutes. */
    public static void run(Path cwd, List<String> argv) throws IOException, InterruptedException {
        Process process =
                builder(argv)
                        .directory(cwd.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        end(process, argv, "");
    }

    /** Runs it in the current directory. */
    public static void run(String... argv) throws IOException, InterruptedException {
        run(Path.of("."), List.of(argv));
    }

    /** Runs it in the current directory. */
    public static void run(List<String> argv) throws IOException, InterruptedException {
        run(Path.of("."), argv);
    }

    /** What it prints on both channels; fails as {@link #run} does, with what it printed. */
    public static String output(List<String> argv) throws IOException, InterruptedException {
        Process process = builder(argv).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        end(process, argv, said);
        return said;
    }

    /** One whose output is read as it comes; its errors are thrown away. */
    public static Process start(List<String> argv) throws IOException {
        return builder(argv).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static ProcessBuilder builder(List<String> argv) {
        return new ProcessBuilder(argv).redirectInput(Path.of("/dev/null").toFile());
    }

    /** Waits for the end. */
    public static void end(Process process, List<String> argv, String said)
            throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(argv.getFirst() + " did not end within two minutes");
        }
        if (process.exitValue() != 0) {
            String text = said.strip().replace('\n', ' ');
            throw new IOException(
                    "%s ended with %d%s"
                            .formatted(
                                    Path.of(argv.getFirst()).getFileName(),
                                    process.exitValue(),
                                    text.isEmpty()
                                            ? ""
                                            : ": "
                                                    + text.substring(
                                                            0, Math.min(TOLD, text.length()))));
        }
    }

    /** Where a program is, also one that only root has on its path. */
    public static Optional<Path> find(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(":", -1)), Stream.of("/usr/sbin", "/sbin"))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
