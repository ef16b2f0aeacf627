package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Tier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Programs of the host that the provider runs, by absolute path. They are looked for in system
 * folders only: a caller's PATH could hold something else by that name.
 *
 * @param paths name → path of those that are there
 */
record Tools(Map<String, Path> paths) {
    /** What is needed, and the package that has it. */
    static final Map<String, String> PACKAGES = packages();

    private static final List<Path> FOLDERS =
            List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"), Path.of("/sbin"));

    private static Map<String, String> packages() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("bwrap", "bubblewrap");
        map.put("nsenter", "util-linux");
        map.put("setsid", "util-linux");
        map.put("socat", "socat");
        map.put("perl", "perl");
        map.put("sh", "dash");
        return map;
    }

    /** The package of Debian and most others that has a tool. */
    static String packageOf(String tool) {
        return PACKAGES.getOrDefault(tool, tool);
    }

    static Tools locate() {
        Map<String, Path> found = new LinkedHashMap<>();
        for (String name : PACKAGES.keySet()) {
            FOLDERS.stream()
                    .map(folder -> folder.resolve(name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .ifPresent(path -> found.put(name, path));
        }
        return new Tools(found);
    }

    Optional<Path> find(String name) {
        return Optional.ofNullable(paths.get(name));
    }

    /**
     * Throws {@code ISOLATION_UNAVAILABLE} naming the first that is needed for those walls and is
     * not there.
     */
    void require(Tier tier) {
        List<String> needed =
                tier.isolates() ? List.copyOf(PACKAGES.keySet()) : List.of("perl", "sh");
        for (String name : needed) {
            if (find(name).isEmpty()) {
                throw OxException.of(
                                ErrorCode.ISOLATION_UNAVAILABLE, "the program %s is missing", name)
                        .suggest("Install the package '%s'.", packageOf(name));
            }
        }
    }

    /** Path of a tool; where it is missing, the usual one, which then fails by name. */
    String path(String name) {
        return find(name).orElse(Path.of("/usr/bin", name)).toString();
    }
}
