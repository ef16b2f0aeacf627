package dev.oxbow.providers.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What of the host is seen inside. An empty root, and on it only what is named here, read-only:
 * what nobody thought of is absent instead of open.
 *
 * @param readOnly path inside → host path
 * @param links path inside → target of the symbolic link
 * @param settings folders of {@code /proc} shown read-only
 * @param masked files of {@code /proc} shown as empty
 * @param covered folders of {@code /proc} shown as empty
 */
record RootFilesystem(
        Map<String, String> readOnly,
        Map<String, String> links,
        List<String> settings,
        List<String> masked,
        List<String> covered) {
    /** Bytes of {@code /dev/shm}; browsers and numeric libraries need more than a few. */
    private static final String SHARED_BYTES = "1073741824";

    private static final List<String> TOP_LEVEL =
            List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");

    /** What tells of the machine, its hardware and its other users. */
    private static final List<String> PROC_MASKED =
            List.of(
                    "acpi",
                    "asound",
                    "cmdline",
                    "firmware",
                    "interrupts",
                    "iomem",
                    "ioports",
                    "kallsyms",
                    "kcore",
                    "key-users",
                    "keys",
                    "kmsg",
                    "latency_stats",
                    "sched_debug",
                    "scsi",
                    "softirqs",
                    "timer_list",
                    "timer_stats");

    private static final List<String> PROC_SETTINGS = List.of("sys", "irq", "bus", "fs");

    RootFilesystem {
        readOnly = new TreeMap<>(readOnly);
        links = new TreeMap<>(links);
        settings = List.copyOf(settings);
        masked = List.copyOf(masked);
        covered = List.copyOf(covered);
    }

    /**
     * Looks at the host.
     *
     * @param etc folder to be shown as {@code /etc}
     */
    static RootFilesystem ofHost(Path etc) {
        Map<String, String> readOnly = new TreeMap<>();
        Map<String, String> links = new TreeMap<>();
        readOnly.put("/usr", "/usr");
        for (String name : TOP_LEVEL) {
            Path path = Path.of("/", name);
            if (Files.isSymbolicLink(path)) {
                links.put(path.toString(), target(path));
            } else if (Files.isDirectory(path)) {
                readOnly.put(path.toString(), path.toString());
            }
        }
        readOnly.put("/etc", etc.toString());
        children(Path.of("/opt")).stream()
                .filter(RootFilesystem::isSystemSoftware)
                .forEach(path -> readOnly.put(path.toString(), path.toString()));
        return new RootFilesystem(
                readOnly,
                links,
                present(PROC_SETTINGS, Files::isDirectory),
                present(PROC_MASKED, Files::isRegularFile),
                present(PROC_MASKED, Files::isDirectory));
    }

    /** What everybody may read and only root may change is software; the rest may be data. */
    private static boolean isSystemSoftware(Path path) {
        try {
            Map<String, Object> facts =
                    Files.readAttributes(
                            path, "unix:uid,mode,isDirectory", LinkOption.NOFOLLOW_LINKS);
            Set<PosixFilePermission> mode =
                    Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
            return Integer.valueOf(0).equals(facts.get("uid"))
                    && Boolean.TRUE.equals(facts.get("isDirectory"))
                    && mode.containsAll(PosixFilePermissions.fromString("r-xr-xr-x"));
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static List<String> present(List<String> names, Predicate<Path> kind) {
        return names.stream()
                .map(name -> Path.of("/proc", name))
                .filter(kind)
                .map(Path::toString)
                .toList();
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }

    private static List<Path> children(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(found::add);
        } catch (IOException absent) {
            return List.of();
        }
        found.sort(null);
        return found;
    }

    /** The same with more folders shown. */
    RootFilesystem showing(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(readOnly);
        all.putAll(more);
        return new RootFilesystem(all, links, settings, masked, covered);
    }

    /** The words for bubblewrap; parents come before children by the order of names. */
    void mounts(List<String> words, Staging staging) {
        // Made by us, lest bubblewrap makes it for its owner only.
        words.addAll(List.of("--perms", "0755", "--dir", "/opt"));
        readOnly.forEach(
                (inside, host) -> words.addAll(List.of("--ro-bind", staging.of(host), inside)));
        links.forEach((inside, target) -> words.addAll(List.of("--symlink", target, inside)));
        // Processes of this sandbox only; the kernel's own tables are covered.
        words.addAll(List.of("--proc", "/proc"));
        // The kernel's settings are anybody's who is root, in whatever namespace.
        settings.forEach(folder -> words.addAll(List.of("--ro-bind", folder, folder)));
        masked.forEach(file -> words.addAll(List.of("--ro-bind", "/dev/null", file)));
        covered.forEach(folder ->
                words.addAll(List.of("--size", "4096", "--tmpfs", folder, "--remount-ro", folder)));
        // null, zero, full, random, urandom, tty, a private set of terminals.
        words.addAll(List.of("--dev", "/dev"));
        // Shared memory is memory: bounded also where no control group counts it.
        words.addAll(List.of("--perms", "1777", "--size", SHARED_BYTES, "--tmpfs", "/dev/shm"));
        words.addAll(List.of("--remount-ro", "/dev"));
    }
}
