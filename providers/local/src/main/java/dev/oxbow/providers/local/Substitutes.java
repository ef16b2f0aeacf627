package dev.oxbow.providers.local;

import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.Limits;
import java.util.ArrayList;
import java.util.List;

/**
 * Says of each limit that no control group holds that it is not in force, and what holds in its
 * place: a limit on each process or file is less than the limit on the sandbox that was asked for.
 */
final class Substitutes {
    private static final String NO_GROUP = "no control group may be made here";

    private Substitutes() {}

    /**
     * The entries to add.
     *
     * @param sandbox with its limits
     * @param held limits that control groups took on
     */
    static List<Enforcement> of(StoredSandbox sandbox, List<Enforcement> held) {
        Limits limits = sandbox.limits();
        List<Enforcement> found = new ArrayList<>();
        limits.memory()
                .filter(_ -> lacks(held, "memory"))
                .ifPresent(m -> {
                    found.add(new Enforcement("memory", false, NO_GROUP));
                    found.add(new Enforcement("memory of one process", true, "rlimit data, " + m));
                });
        if (limits.processes().isPresent() && lacks(held, "pids")) {
            // Counted for each user in each user namespace: the sandbox's own, if it has one.
            found.add(
                    sandbox.walled()
                            ? new Enforcement("pids", true, "rlimit nproc")
                            : new Enforcement("pids", false, NO_GROUP));
        }
        if (limits.cpus().isPresent() && lacks(held, "cpu")) {
            found.add(new Enforcement("cpu", false, NO_GROUP));
        }
        limits.disk()
                .ifPresent(d -> {
                    found.add(
                            new Enforcement(
                                    "disk", false, "no quota for the sandbox as a whole here"));
                    found.add(new Enforcement("size of one file", true, "rlimit fsize, " + d));
                });
        return found;
    }

    private static boolean lacks(List<Enforcement> held, String name) {
        return held.stream().noneMatch(e -> e.name().equals(name));
    }
}
