package dev.oxbow.agents;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The machine's npm, used to fetch packages and for nothing else: no package's script is run. */
final class Npm {
    private static final int OUTPUT_KEPT = 16 << 10;

    private final Optional<Path> program;

    Npm(Optional<Path> program) {
        this.program = program;
    }

    /** The first npm on PATH, by its full path. */
    static Npm onPath() {
        for (String dir : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!dir.isEmpty() && Files.isExecutable(Path.of(dir, "npm"))) {
                return new Npm(Optional.of(Path.of(dir, "npm")));
            }
        }
        return new Npm(Optional.empty());
    }

    /**
     * Fetches packages into a directory.
     *
     * @return what npm printed, if it failed
     * @throws OxException {@link ErrorCode#AGENT_NOT_INSTALLED} if there is no npm
     */
    Optional<String> install(Path dir, List<String> packages, Deadline deadline)
            throws IOException, InterruptedException {
        Path npm =
                program.orElseThrow(() ->
                        OxException.of(
                                        ErrorCode.AGENT_NOT_INSTALLED,
                                        "agents are fetched by npm, and there is no npm")
                                .suggest(
                                        "Install Node.js with npm (Debian, Ubuntu:"
                                                + " apt-get install npm)."));
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                npm.toString(),
                                "install",
                                "--prefix",
                                dir.toString(),
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund",
                                "--no-update-notifier",
                                "--no-package-lock",
                                "--no-progress"));
        argv.addAll(packages);
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().put("CI", "1");
        Finished end = run(builder, dir, dir.resolve(".npm-output"), deadline);
        return end.code() == 0 ? Optional.empty() : Optional.of(end.output());
    }

    /** What a program answers to a question for its version; nothing if it cannot start. */
    static String version(List<String> argv, Path home, Deadline deadline)
            throws IOException, InterruptedException {
        Files.createDirectories(home);
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().clear();
        builder.environment()
                .putAll(
                        Map.of(
                                "PATH", "/usr/bin:/bin",
                                "HOME", home.toString(),
                                "TERM", "dumb",
                                "LANG", "C.UTF-8"));
        try {
            return run(builder, home, home.resolve("output"), deadline).output();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } finally {
            deleteTree(home);
        }
    }

    private record Finished(int code, String output) {}

    /** Output goes to a file: no pipe to be drained, nothing to be lost. */
    private static Finished run(ProcessBuilder builder, Path cwd, Path output, Deadline deadline)
            throws IOException, InterruptedException {
        builder.directory(cwd.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile());
        Process process = builder.start();
        boolean done;
        try {
            done = process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        byte[] bytes = Files.readAllBytes(output);
        Files.delete(output);
        int from = Math.max(0, bytes.length - OUTPUT_KEPT);
        String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
        return done
                ? new Finished(process.exitValue(), text)
                : new Finished(-1, text + "\nstopped: it took too long");
    }

    private static void deleteTree(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }
}
