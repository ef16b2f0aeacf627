package dev.oxbow.bench;

import dev.oxbow.bench.peer.Command;
import dev.oxbow.bench.peer.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code bench/run [--quick] [--table] [PART…]}: runs all parts or some, prints one table, and
 * keeps every sample.
 */
public final class Bench {
    private static final Path RAW = Path.of("bench", "raw");

    private Bench() {}

    private static Map<String, Part> parts() {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("create", new CreateRaces());
        parts.put("exec", new ExecRaces());
        parts.put("checkpoint", new CheckpointRaces());
        parts.put("park", new ParkRaces());
        parts.put("streams", new StreamRaces());
        parts.put("files", new FileRaces());
        parts.put("sync", new SyncRaces());
        parts.put("idle", new IdleFigures());
        parts.put("redact", new RedactionRaces());
        parts.put("start", new StartRaces());
        return parts;
    }

    /**
     * Exit code 1 if anything of ours failed, 64 if the arguments are wrong. A missed target is no
     * failure: it is told.
     */
    public static void main(String[] args) throws Exception {
        List<String> words = new ArrayList<>(List.of(args));
        boolean quick = words.remove("--quick");
        boolean tableOnly = words.remove("--table");
        Map<String, Part> parts = parts();
        if (!parts.keySet().containsAll(words)) {
            System.err.println("parts: " + String.join(" ", parts.keySet()));
            System.exit(64);
        }
        RawFile raw = new RawFile(RAW.resolve(quick ? "quick.json" : "latest.json"));
        if (tableOnly) {
            System.out.print(Table.of(raw.read()));
            return;
        }
        long start = System.nanoTime();
        List<String> chosen = words.isEmpty() ? List.copyOf(parts.keySet()) : words;
        boolean failed = false;
        // Podman takes no path above 50 characters.
        Path folder = Files.createTempDirectory("ox");
        // Open to walk through, as the usual data folder is: a closed one costs a mount for each
        // part.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Path peersFolder = Files.createDirectories(folder.resolve("peers"));
        Peers peers = new Peers(peersFolder, cache(), System.err);
        try {
            for (String name : chosen) {
                Path own = Files.createDirectories(folder.resolve(name));
                Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx--x--x"));
                failed |= !run(name, parts, new Course(own, quick, peers, System.err), raw);
                Command.run("rm", "-rf", own.toString());
            }
        } finally {
            peers.close();
            Command.run("rm", "-rf", folder.toString());
        }
        System.out.print(
                Table.of(raw.read().stream().filter(r -> chosen.contains(r.part())).toList()));
        System.out.printf(
                Locale.ROOT,
                "%nTaken in %s; raw data of all parts in bench/raw/%s, their table by bench/run"
                        + " --table.%n",
                minutes(System.nanoTime() - start),
                quick ? "quick.json" : "latest.json");
        System.exit(failed ? 1 : 0);
    }

    /** Runs a part and keeps what came out; a part that breaks leaves its older rows. */
    private static boolean run(String name, Map<String, Part> parts, Course course, RawFile raw)
            throws IOException {
        long start = System.nanoTime();
        String load = Files.readString(Path.of("/proc/loadavg")).strip();
        System.err.printf("== %s (load %s)%n", name, load);
        try {
            List<Result> results = new ArrayList<>();
            for (Row row : Optional.ofNullable(parts.get(name)).orElseThrow().run(course)) {
                results.addAll(Result.of(name, row, Instant.now(), load));
            }
            raw.replace(name, results, List.copyOf(parts.keySet()));
            System.err.printf("== %s took %s%n", name, minutes(System.nanoTime() - start));
            return results.stream().noneMatch(r -> r.ours() && r.successRate() < 1);
        } catch (Exception e) {
            System.err.printf("== %s could not be measured: %s%n", name, e);
            e.printStackTrace();
            return false;
        }
    }

    private static String minutes(long nanos) {
        Duration time = Duration.ofNanos(nanos);
        return "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
    }

    /** Where {@code bench/run --install} puts what is no package of the system. */
    private static Path cache() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(value -> !value.isEmpty())
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("oxbow/bench");
    }
}
