package dev.oxbow.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a provider holds of the machine at a moment at which no sandbox stands.
 *
 * @param counts by name: of things of which there must not be more afterwards
 */
record Footprint(Map<String, Long> counts) {
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");

    /**
     * How much more there may be afterwards: what a Java keeps for itself comes and goes. Memory in
     * MiB.
     */
    private static final Map<String, Long> SLACK =
            Map.of(
                    "threads", 4L,
                    "descriptors", 2L,
                    "heap MiB", 4L,
                    "helpers' memory MiB", 4L);

    private static final List<String> ORDER =
            List.of(
                    "processes",
                    "zombies",
                    "mounts",
                    "control groups",
                    "descriptors",
                    "helpers' descriptors",
                    "threads",
                    "files",
                    "heap MiB",
                    "helpers' memory MiB");

    Footprint {
        counts = Map.copyOf(counts);
    }

    /**
     * Looks now, after a collection of garbage.
     *
     * @param data the folder of the provider
     * @param sandboxes ids of all that ever were
     */
    static Footprint now(Path data, Set<String> sandboxes) throws IOException {
        ProcessHandle self = ProcessHandle.current();
        Set<Long> helpers = Family.of(data, data.toString(), self);
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("processes", (long) helpers.size());
        counts.put("zombies", helpers.stream().filter(Footprint::zombie).count());
        counts.put(
                "mounts",
                Family.lines(self.pid(), "mounts", data.toString())
                        + helpers.stream()
                                .mapToLong(pid -> Family.lines(pid, "mounts", data.toString()))
                                .sum());
        counts.put("control groups", groups(sandboxes));
        counts.put("descriptors", Family.count(self.pid(), "fd"));
        counts.put(
                "helpers' descriptors",
                helpers.stream().mapToLong(pid -> Family.count(pid, "fd")).sum());
        counts.put("threads", Family.count(self.pid(), "task"));
        counts.put("files", files(data));
        counts.put("heap MiB", heap());
        counts.put("helpers' memory MiB", Family.proportionalBytes(helpers) >> 20);
        return new Footprint(counts);
    }

    private static boolean zombie(long pid) {
        return Family.lines(pid, "status", "State:\tZ") > 0;
    }

    /** Used after as much garbage as possible is gone. */
    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }

    private static long groups(Set<String> sandboxes) throws IOException {
        return walk(GROUPS, path -> sandboxes.stream().anyMatch(lastName(path)::endsWith), true);
    }

    private static String lastName(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** The lock files are left out: they are a fixed number, each made when it is first needed. */
    private static long files(Path data) throws IOException {
        Path locks = data.resolve("locks");
        return walk(data, path -> !path.startsWith(locks), false);
    }

    @FunctionalInterface
    private interface Wanted {
        boolean is(Path path);
    }

    /** Counts folders, or files and folders; what vanishes meanwhile does not count. */
    private static long walk(Path root, Wanted wanted, boolean foldersOnly) throws IOException {
        long[] count = {0};
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a) {
                        count[0] += wanted.is(dir) ? 1 : 0;
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
                        count[0] += !foldersOnly && wanted.is(file) ? 1 : 0;
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path dir, @org.jspecify.annotations.Nullable IOException e) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        return count[0];
    }

    /** Whether less is there than at another moment: something is still being cleared away. */
    boolean lessThan(Footprint other) {
        return counts.entrySet().stream()
                .anyMatch(each -> each.getValue() < other.counts.getOrDefault(each.getKey(), 0L));
    }

    /** What has grown since, by name, as {@code before → now}; empty if nothing has. */
    Map<String, String> grownSince(Footprint before) {
        Map<String, String> grown = new LinkedHashMap<>();
        counts.forEach((name, now) -> {
            long then = before.counts.getOrDefault(name, 0L);
            if (now > then + SLACK.getOrDefault(name, 0L)) {
                grown.put(name, then + " → " + now);
            }
        });
        return grown;
    }

    /** A Markdown table of several moments. */
    static String table(Map<String, Footprint> moments) {
        StringBuilder out = new StringBuilder("| What |");
        moments.keySet().forEach(name -> out.append(' ').append(name).append(" |"));
        out.append("\n|---|").append("---:|".repeat(moments.size())).append('\n');
        for (String name : ORDER) {
            out.append("| ").append(name).append(" |");
            moments.values()
                    .forEach(f ->
                            out.append(' ').append(f.counts.getOrDefault(name, 0L)).append(" |"));
            out.append('\n');
        }
        return out.toString();
    }
}
