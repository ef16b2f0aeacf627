package dev.oxbow.providers.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        Map<Path, Boolean> known = new HashMap<>();
        List<String> closed =
                sources.stream().filter(s -> !reachable(Path.of(s).getParent(), known)).toList();
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

    private static boolean reachable(@Nullable Path folder, Map<Path, Boolean> known) {
        if (folder == null) {
            return true;
        }
        Boolean before = known.get(folder);
        if (before == null) {
            before = open(folder) && reachable(folder.getParent(), known);
            known.put(folder, before);
        }
        return before;
    }

    private static boolean open(Path folder) {
        try {
            return Files.getPosixFilePermissions(folder)
                    .contains(PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException hidden) {
            return false;
        }
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
