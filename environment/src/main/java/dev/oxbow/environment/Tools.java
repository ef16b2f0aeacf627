package dev.oxbow.environment;

import dev.oxbow.base.Deadline;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks for the programs that Oxbow uses. Safe for concurrent use. */
public final class Tools {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_OUTPUT = 4096;

    private final Host host;
    private final SearchPath path;

    /** Looks in {@code PATH} of that environment. */
    public Tools(Host host, Map<String, String> environment) {
        this.host = host;
        this.path = SearchPath.of(environment);
    }

    /** Those tools that are needed and not found. */
    public List<Tool> missing() {
        List<Tool> missing = new ArrayList<>();
        for (Tool tool : Tool.values()) {
            if (path.find(tool.executable()).isEmpty()) {
                missing.add(tool);
            }
        }
        return missing;
    }

    /** The doctor's category of tools; asks each for its version, all at once. */
    public Category examine() {
        Map<Tool, CompletableFuture<Check>> checks = new EnumMap<>(Tool.class);
        for (Tool tool : Tool.values()) {
            checks.put(tool, examineAside(tool));
        }
        Deadline deadline = Deadline.in(PATIENCE.multipliedBy(2));
        List<Check> done = new ArrayList<>();
        checks.forEach((tool, check) -> done.add(result(check, tool, deadline)));
        return new Category("Tools", done);
    }

    private static Check result(CompletableFuture<Check> check, Tool tool, Deadline deadline) {
        try {
            return check.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return broken(tool, "gave no answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return broken(tool, "was not waited for");
        }
    }

    private CompletableFuture<Check> examineAside(Tool tool) {
        CompletableFuture<Check> done = new CompletableFuture<>();
        // A platform thread: reading the pipe of a child holds whatever thread it is on.
        Thread.ofPlatform()
                .daemon()
                .name("doctor-" + tool.executable())
                .start(() -> {
                    try {
                        done.complete(examine(tool));
                    } catch (RuntimeException e) {
                        done.completeExceptionally(e);
                    }
                });
        return done;
    }

    private Check examine(Tool tool) {
        Optional<Path> program = path.find(tool.executable());
        if (program.isEmpty()) {
            return absent(tool);
        }
        try {
            String version = version(program.get());
            return Check.of(
                    tool.executable(),
                    Check.Status.PASSED,
                    version.isEmpty() ? program.get().toString() : version,
                    "");
        } catch (IOException e) {
            return broken(tool, "cannot be started from " + program.get());
        }
    }

    private Check absent(Tool tool) {
        Check.Status status =
                tool.need() == Tool.Need.FOR_AGENTS ? Check.Status.WARNING : Check.Status.FAILED;
        String why =
                tool.need() == Tool.Need.FOR_AGENTS ? "not found; agents need it" : "not found";
        return Check.of(tool.executable(), status, why, fix(tool));
    }

    private static Check broken(Tool tool, String why) {
        return Check.of(tool.executable(), Check.Status.FAILED, why, "Install its package again.");
    }

    private String fix(Tool tool) {
        return host.installLine(List.of(tool))
                .map(line -> "Install it: " + line)
                .orElse("Install the package that brings '" + tool.executable() + "'.");
    }

    /** The first number with a dot in it that {@code --version} prints. */
    private static String version(Path program) throws IOException {
        Process process =
                new ProcessBuilder(program.toString(), "--version")
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .start();
        process.onExit()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(_ -> {
                    process.destroyForcibly();
                    return process;
                });
        try (var out = process.getInputStream()) {
            String text = new String(out.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("[\\s,()]+"))
                    .filter(word -> word.matches("v?\\d+\\.\\d[\\w.+-]*"))
                    .findFirst()
                    .orElse("");
        } finally {
            process.destroy();
        }
    }
}
