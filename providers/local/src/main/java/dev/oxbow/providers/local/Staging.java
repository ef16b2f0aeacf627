package dev.oxbow.providers.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes folders reachable for the sandbox's own user where a folder above them is closed to others,
 * as {@code /root} is: root shows them elsewhere, in a mount namespace that only bubblewrap sees.
 *
 * @param places folder of the host → where it is shown instead; empty if all can be reached
 */
record Staging(Map<String, String> places) {
    /** All can be reached. */
    static final Staging NONE = new Staging(Map.of());

    private static final List<String> STAGES = List.of("/mnt", "/media", "/srv", "/boot");

    /** Runs as root with pairs of source and place, then "--" and the command. */
    private static final String SCRIPT =
            """
            stage=$1; mount=$2; shift 2
            "$mount" -t tmpfs -o mode=755,size=65536 oxbow "$stage" || exit 1
            while [ "$1" != -- ]; do
            if [ -d "$1" ]; then mkdir "$2"; else : >"$2"; fi
            "$mount" --bind "$1" "$2" || exit 1
            shift 2; done
            shift; exec "$@"
            """;

    Staging {
        places = new LinkedHashMap<>(places);
    }

    /** Decides for a list of folders and files, as they are on the host now. */
    static Staging of(List<String> sources) {
        List<String> closed = sources.stream().filter(s -> !reachable(Path.of(s))).toList();
        if (closed.isEmpty()) {
            return NONE;
        }
        String stage =
                STAGES.stream()
                        .filter(s -> Files.isDirectory(Path.of(s)))
                        .filter(s -> closed.stream().noneMatch(c -> Path.of(c).startsWith(s)))
                        .findFirst()
                        .orElse("/tmp");
        Map<String, String> places = new LinkedHashMap<>();
        for (String source : closed) {
            places.putIfAbsent(source, stage + "/" + places.size());
        }
        return new Staging(places);
    }

    private static boolean reachable(Path path) {
        for (Path p = path.getParent(); p != null; p = p.getParent()) {
            try {
                if (!Files.getPosixFilePermissions(p)
                        .contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            } catch (IOException hidden) {
                return false;
            }
        }
        return true;
    }

    /** Where a folder is to be taken from. */
    String of(String source) {
        return places.getOrDefault(source, source);
    }

    /** Words to stand before the command that uses {@link #of}; none if nothing is staged. */
    void words(Tools tools, List<String> words) {
        if (places.isEmpty()) {
            return;
        }
        String first = places.values().iterator().next();
        words.addAll(
                List.of(
                        tools.path("unshare"),
                        "--mount",
                        // What is mounted here is seen by nobody else.
                        "--propagation=private",
                        "--",
                        tools.path("sh"),
                        "-c",
                        SCRIPT,
                        "sh",
                        first.substring(0, first.lastIndexOf('/')),
                        tools.path("mount")));
        places.forEach((source, place) -> words.addAll(List.of(source, place)));
        words.add("--");
    }
}
