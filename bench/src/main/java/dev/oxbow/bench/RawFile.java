package dev.oxbow.bench;

import dev.oxbow.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Every sample of every part, as it was when the part was last run. A part that is run again
 * replaces its own rows and leaves the others.
 */
final class RawFile {
    private static final String VERSION = "1.1";

    private final Path file;

    RawFile(Path file) {
        this.file = file;
    }

    /**
     * The document, in the shape of ComputeSDK's benchmarks.
     *
     * @param version of the shape
     * @param timestamp of the last change
     * @param environment the machine
     * @param config what the rounds have in common
     * @param results in the order of the parts
     */
    private record Document(
            String version,
            Instant timestamp,
            Map<String, String> environment,
            Map<String, Integer> config,
            List<Result> results) {}

    /** All results that are kept; none if there is no file, or one of another shape. */
    List<Result> read() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file);
        return Json.tree(text).path("version").asString("").equals(VERSION)
                ? Json.read(text, Document.class).results()
                : List.of();
    }

    /**
     * Puts the results of one part in the place of its older ones.
     *
     * @param order names of all parts
     */
    void replace(String part, List<Result> results, List<String> order) throws IOException {
        List<Result> kept = new ArrayList<>();
        List<Result> before = read();
        for (String each : order) {
            kept.addAll(
                    each.equals(part)
                            ? results
                            : before.stream().filter(r -> r.part().equals(each)).toList());
        }
        Document document =
                new Document(
                        VERSION,
                        Instant.now(),
                        environment(),
                        Map.of("iterations", 100, "timeoutMs", 120_000),
                        kept);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(
                fresh, Json.write(document).replace("},{\"provider\"", "},\n{\"provider\"") + "\n");
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Map<String, String> environment() {
        return Map.of(
                "processors", Integer.toString(Runtime.getRuntime().availableProcessors()),
                "java", System.getProperty("java.vm.version", "unknown"),
                "platform", System.getProperty("os.name", "unknown"),
                "kernel", System.getProperty("os.version", "unknown"),
                "user", System.getProperty("user.name", "unknown"),
                "arch", System.getProperty("os.arch", "unknown"));
    }
}
