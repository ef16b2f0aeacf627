package dev.oxbow.bench;

import dev.oxbow.bench.peer.Command;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code bench/soak [--cycles N] [--minutes N] [--threads N]}: makes and destroys sandboxes, or
 * does all that can be done with some, and fails if anything is left behind or fails on the way.
 */
public final class Soak {
    private static final Duration SETTLING = Duration.ofSeconds(60);

    /** Until so much has been done, caches fill and threads begin. */
    private static final int WARMUP = 200;

    private final Path data;
    private final Tasks tasks;
    private final Map<String, Footprint> moments = new LinkedHashMap<>();

    private Soak(Path data, Tasks tasks) {
        this.data = data;
        this.tasks = tasks;
    }

    /** Exit code 1 if anything has grown or failed, 64 if the arguments are wrong. */
    public static void main(String[] args) throws Exception {
        Map<String, Integer> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], Integer.parseInt(args[i + 1]));
        }
        int cycles = options.getOrDefault("--cycles", 0);
        int minutes = options.getOrDefault("--minutes", 0);
        int threads = options.getOrDefault("--threads", 2);
        boolean known = List.of("--cycles", "--minutes", "--threads").containsAll(options.keySet());
        if (args.length % 2 != 0 || !known || cycles + minutes == 0) {
            System.err.println("bench/soak [--cycles N] [--minutes N] [--threads N]");
            System.exit(64);
        }
        Path folder = Files.createTempDirectory("oxbow-soak");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        boolean good = true;
        try {
            if (cycles > 0) {
                Path data = Files.createDirectories(folder.resolve("cycles"));
                try (LocalProvider provider = new LocalProvider(LocalConfig.of(data))) {
                    Tasks tasks = new Cycles(provider, threads);
                    good &= new Soak(data, tasks).run(cycles, Duration.ofDays(1));
                }
            }
            if (minutes > 0) {
                Path data = Files.createDirectories(folder.resolve("mixed"));
                try (LocalProvider provider = new LocalProvider(LocalConfig.of(data))) {
                    Tasks tasks = new MixedTasks(provider, data, threads);
                    good &=
                            new Soak(data, tasks)
                                    .run(Integer.MAX_VALUE, Duration.ofMinutes(minutes));
                }
            }
        } finally {
            Command.run("rm", "-rf", folder.toString());
        }
        System.exit(good ? 0 : 1);
    }

    /** Whether nothing failed and nothing has grown. */
    private boolean run(int most, Duration time) throws Exception {
        int warmup = Math.min(WARMUP, Math.max(10, most / 10));
        tasks.run(warmup, Duration.ofDays(1));
        Footprint before = quiet();
        moments.put("after " + tasks.tally().done(), before);
        long start = System.nanoTime();
        long end = start + time.toNanos();
        int stages = 5;
        for (int stage = 1; stage <= stages; stage++) {
            long part = (end - System.nanoTime()) / (stages - stage + 1);
            int left =
                    most == Integer.MAX_VALUE
                            ? most
                            : (most - tasks.tally().done()) / (stages - stage + 1);
            tasks.run(left, Duration.ofNanos(part));
            look("after " + tasks.tally().done());
        }
        Footprint after = settled(before);
        moments.put("at the end", after);
        Map<String, String> grown = after.grownSince(before);
        System.out.printf(
                Locale.ROOT,
                "%n%s: %d in %.1f min, %d failed%n%n%s%n%s%n",
                tasks.title(),
                tasks.tally().done(),
                (System.nanoTime() - start) / 60e9,
                tasks.tally().failures().size(),
                Footprint.table(moments),
                grown.isEmpty() ? "Nothing has grown." : "**Grown**: " + grown);
        tasks.tally().failures().stream()
                .limit(20)
                .forEach(f -> System.out.println("- failed: " + f));
        tasks.tally()
                .counts()
                .forEach((name, count) -> System.out.printf("- %s: %d%n", name, count));
        return grown.isEmpty() && tasks.tally().failures().isEmpty();
    }

    private void look(String name) throws IOException {
        moments.put(name, Footprint.now(data, tasks.tally().sandboxes()));
        System.err.printf("%s: %s, %s%n", tasks.title(), name, moments.get(name).counts());
    }

    /** What is left when the clearing up in the background is done. */
    private Footprint quiet() throws IOException, InterruptedException {
        long end = System.nanoTime() + SETTLING.toNanos();
        Footprint last = Footprint.now(data, tasks.tally().sandboxes());
        while (System.nanoTime() < end) {
            Thread.sleep(1000);
            Footprint now = Footprint.now(data, tasks.tally().sandboxes());
            if (!now.lessThan(last)) {
                return last;
            }
            last = now;
        }
        return last;
    }

    /** Files are deleted in the background, and helpers end a moment later. */
    private Footprint settled(Footprint before) throws IOException, InterruptedException {
        long end = System.nanoTime() + SETTLING.toNanos();
        Footprint now = Footprint.now(data, tasks.tally().sandboxes());
        while (!now.grownSince(before).isEmpty() && System.nanoTime() < end) {
            Thread.sleep(1000);
            now = Footprint.now(data, tasks.tally().sandboxes());
        }
        return now;
    }
}
