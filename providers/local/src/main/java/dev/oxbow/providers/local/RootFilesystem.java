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

/**
 * What of the host is seen inside. An empty root, and on it only what is named here, read-only:
 * what nobody thought of is absent instead of open.
 *
 * @param readOnly path inside → host path
 * @param links path inside → target of the symbolic link
 * @param masked files of {@code /proc} shown as empty
 * @param hidden directories within what is shown that are covered by an empty one
 */
record RootFilesystem(
        Map<String, String> readOnly,
        Map<String, String> links,
        List<String> masked,
        List<String> hidden) {
    private static final List<String> TOP_LEVEL =
            List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");

    /**
     * Configuration that programs under {@code /usr} are lost without. Nothing here may hold a
     * credential; files that name users, hosts or resolvers are made by us.
     */
    private static final List<String> ETC =
            List.of(
                    "alternatives",
                    "bash.bashrc",
                    "ca-certificates",
                    "ca-certificates.conf",
                    "crypto-policies",
                    "debian_version",
                    "fonts",
                    "gai.conf",
                    "groff",
                    "inputrc",
                    "ld.so.cache",
                    "ld.so.conf",
                    "ld.so.conf.d",
                    "locale.alias",
                    "locale.conf",
                    "localtime",
                    "magic",
                    "magic.mime",
                    "manpath.config",
                    "mime.types",
                    "networks",
                    "os-release",
                    "perl",
                    "pki",
                    "profile",
                    "protocols",
                    "python3",
                    "redhat-release",
                    "rpc",
                    "services",
                    "shells",
                    "ssl",
                    "terminfo",
                    "timezone",
                    "xml");

    private static final List<String> PROC_MASKED =
            List.of(
                    "acpi",
                    "kallsyms",
                    "kcore",
                    "keys",
                    "kmsg",
                    "latency_stats",
                    "sched_debug",
                    "timer_list");

    /** Folders of keys inside folders of certificates. */
    private static final List<String> PRIVATE_KEYS =
            List.of("/etc/ssl/private", "/etc/pki/tls/private", "/etc/pki/private");

    RootFilesystem {
        readOnly = new TreeMap<>(readOnly);
        links = new TreeMap<>(links);
        masked = List.copyOf(masked);
        hidden = List.copyOf(hidden);
    }

    /**
     * Looks at the host.
     *
     * @param made folder with the files of {@code /etc} that we make
     */
    static RootFilesystem ofHost(Path made) {
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
        for (String name : etcNames()) {
            Path path = Path.of("/etc", name);
            // A link is copied, not followed: it may lead to where nothing may be seen.
            if (Files.isSymbolicLink(path)) {
                links.put(path.toString(), target(path));
            } else if (Files.exists(path)) {
                readOnly.put(path.toString(), path.toString());
            }
        }
        children(made).forEach(file -> readOnly.put("/etc/" + file.getFileName(), file.toString()));
        children(Path.of("/opt")).stream()
                .filter(RootFilesystem::isSystemSoftware)
                .forEach(path -> readOnly.put(path.toString(), path.toString()));
        return new RootFilesystem(readOnly, links, maskedHere(), hiddenHere());
    }

    private static List<String> etcNames() {
        List<String> names = new ArrayList<>(ETC);
        children(Path.of("/etc")).stream()
                .map(path -> path.getFileName().toString())
                // Version-numbered folders of language runtimes.
                .filter(name -> name.matches("java(-[\\w.-]+)?|python3\\.\\d+"))
                .forEach(names::add);
        return names;
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

    private static List<String> maskedHere() {
        return PROC_MASKED.stream()
                .map(name -> Path.of("/proc", name))
                .filter(Files::isRegularFile)
                .map(Path::toString)
                .toList();
    }

    private static List<String> hiddenHere() {
        return PRIVATE_KEYS.stream().filter(f -> Files.isDirectory(Path.of(f))).toList();
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
        return new RootFilesystem(all, links, masked, hidden);
    }

    /** The words for bubblewrap; parents come before children by the order of names. */
    void mounts(List<String> words, Staging staging) {
        // Made by us, lest bubblewrap makes them for their owner only.
        for (String folder : List.of("/etc", "/opt")) {
            words.addAll(List.of("--perms", "0755", "--dir", folder));
        }
        readOnly.forEach(
                (inside, host) -> words.addAll(List.of("--ro-bind", staging.of(host), inside)));
        links.forEach((inside, target) -> words.addAll(List.of("--symlink", target, inside)));
        hidden.forEach(folder -> words.addAll(List.of("--tmpfs", folder)));
        // Processes of this sandbox only; the kernel's own tables are covered.
        words.addAll(List.of("--proc", "/proc"));
        masked.forEach(file -> words.addAll(List.of("--ro-bind", "/dev/null", file)));
        // null, zero, full, random, urandom, tty, a private set of terminals, shared memory.
        words.addAll(List.of("--dev", "/dev"));
    }
}
