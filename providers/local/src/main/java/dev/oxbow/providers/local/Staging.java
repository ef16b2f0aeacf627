package dev.oxbow.providers.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes folders reachable for the sandbox's own user where a folder above them is closed to others,
 * as {@code /root} is: root shows them elsewhere, in a mount namespace that only the builder sees.
 *
 * @param places folder of the host → where it is shown instead; empty if all can be reached
 */
record Staging(Map<String, String> places) {
    /** All can be reached. */
    static final Staging NONE = new Staging(Map.of());

    private static final List<String> STAGES = List.of("/mnt", "/media", "/srv", "/boot");

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

    /** For the builder: the folder to mount on, then pairs of source and place; or nothing. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        places.values().stream()
                .findFirst()
                .ifPresent(first -> words.add(first.substring(0, first.lastIndexOf('/'))));
        places.forEach((source, place) -> words.addAll(List.of(source, place)));
        return words;
    }
}
