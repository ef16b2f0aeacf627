package dev.oxbow.providers.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * One mounted hierarchy of control groups and where in it this process is.
 *
 * @param version 1 or 2
 * @param controllers what a version 1 hierarchy controls; empty for version 2
 * @param bases folders below which groups may be tried, best first
 */
record CgroupMount(int version, List<String> controllers, List<Path> bases) {

    /** Reads them from {@code /proc/self/mountinfo} and {@code /proc/self/cgroup}. */
    static List<CgroupMount> parse(String mountinfo, String cgroup) {
        List<CgroupMount> found = new ArrayList<>();
        for (String line : mountinfo.split("\n", -1)) {
            String[] halves = line.split(" - ", 2);
            if (halves.length < 2) {
                continue;
            }
            String[] left = halves[0].split(" ", -1);
            String[] right = halves[1].split(" ", -1);
            if (left.length < 5 || right.length < 3) {
                continue;
            }
            Path mount = Path.of(left[4]);
            String root = left[3];
            if (right[0].equals("cgroup2")) {
                found.add(new CgroupMount(2, List.of(), bases(mount, root, ownPath(cgroup, ""))));
            } else if (right[0].equals("cgroup")) {
                List<String> controllers = List.of(right[2].split(",", -1));
                for (String controller : controllers) {
                    String own = ownPath(cgroup, controller);
                    if (!own.isEmpty()) {
                        found.add(new CgroupMount(1, List.of(controller), bases(mount, root, own)));
                    }
                }
            }
        }
        return found;
    }

    private static List<Path> bases(Path mount, String root, String own) {
        LinkedHashSet<Path> bases = new LinkedHashSet<>();
        String relative =
                !root.equals("/") && own.startsWith(root) ? own.substring(root.length()) : own;
        bases.add(mount.resolve("." + relative).normalize());
        bases.add(mount);
        return List.copyOf(bases);
    }

    /** Our path in the hierarchy of a controller; of version 2 for an empty name. */
    private static String ownPath(String cgroup, String controller) {
        return cgroup.lines()
                .map(line -> line.split(":", 3))
                .filter(f -> f.length == 3 && List.of(f[1].split(",", -1)).contains(controller))
                .map(f -> f[2])
                .findFirst()
                .orElse("");
    }
}
