package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Enforcement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Proves, from what the kernel says of the holder, that each wall of the tier stands. */
final class Walls {
    private Walls() {}

    /**
     * Looks at the holder; every other process is bound by the launcher, who has shown how.
     *
     * @param wanted those that were to be built
     * @param uid host user of the sandbox; negative if it is the caller's
     * @return the walls, all in force
     * @throws OxException {@code ISOLATION_UNAVAILABLE} naming the first that is not
     */
    static List<Enforcement> prove(
            Holder pair, Confinement commands, Set<LocalWall> wanted, int uid) {
        long holder = pair.holder().pid();
        String status = ProcessTable.read(holder + "/status").orElse("");
        List<Enforcement> walls = new ArrayList<>();
        if (wanted.contains(LocalWall.RIGHTS)) {
            rights(holder, status, uid, walls);
            walls.add(
                    pair.nesting()
                            ? new Enforcement(
                                    "no user namespaces inside",
                                    false,
                                    "user.max_user_namespaces cannot be set; seccomp refuses them")
                            : new Enforcement("no user namespaces inside", true, "limit of 0"));
        }
        if (wanted.contains(LocalWall.PROCESSES)) {
            own(List.of("pid", "ipc", "uts"), holder, walls);
            walls.add(
                    differs(holder, "cgroup")
                            ? new Enforcement("cgroup namespace", true, "own")
                            : new Enforcement("cgroup namespace", false, "the kernel has none"));
        }
        if (wanted.contains(LocalWall.SYSTEM_CALLS)) {
            require(is(status, "Seccomp", "2"), "seccomp");
            require(commands.seccomp().equals("2"), "seccomp of commands");
            walls.add(new Enforcement("seccomp", true, "filter"));
        }
        require(is(status, "NoNewPrivs", "1"), "no_new_privs");
        require(commands.noNewPrivs().equals("1"), "no_new_privs of commands");
        walls.add(new Enforcement("no_new_privs", true, "kernel"));
        if (wanted.contains(LocalWall.NETWORK)) {
            own(List.of("net"), holder, walls);
            require(onlyLoopback(holder), "network (an interface besides loopback)");
            walls.add(new Enforcement("network", true, "loopback of its own only"));
        }
        own(List.of("mnt"), holder, walls);
        if (wanted.contains(LocalWall.FILES)) {
            walls.add(
                    new Enforcement("files", true, "allow-list on an empty root, host read-only"));
        }
        if (wanted.contains(LocalWall.LANDLOCK)) {
            walls.add(landlock(commands));
        }
        return walls;
    }

    private static void rights(long holder, String status, int uid, List<Enforcement> walls) {
        own(List.of("user"), holder, walls);
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
            require(isZero(status, set), "capabilities (" + set + ")");
        }
        walls.add(new Enforcement("capabilities", true, "none"));
        if (uid >= 0) {
            require(is(status, "Uid", uid), "own user id");
            walls.add(new Enforcement("own user id", true, "uid " + uid));
        } else {
            walls.add(new Enforcement("own user id", false, "only root can give one"));
        }
    }

    /** Of use from version 2 on: the first lets nobody move a file to another folder. */
    private static Enforcement landlock(Confinement commands) {
        require(commands.landlock() >= 0, "landlock");
        return commands.landlock() > 0
                ? new Enforcement("landlock", true, "version " + commands.landlock())
                : new Enforcement("landlock", false, "the kernel has none, or too old a one");
    }

    private static void own(List<String> namespaces, long holder, List<Enforcement> walls) {
        for (String name : namespaces) {
            require(differs(holder, name), name + " namespace");
            walls.add(new Enforcement(name + " namespace", true, "own"));
        }
    }

    private static boolean is(String status, String key, String value) {
        return ProcessTable.valueOf(status, key).filter(value::equals).isPresent();
    }

    private static boolean is(String status, String key, int uid) {
        return ProcessTable.valueOf(status, key)
                .filter(v ->
                        new java.util.HashSet<>(List.of(v.split("\t", -1)))
                                .equals(Set.of(Integer.toString(uid))))
                .isPresent();
    }

    private static boolean isZero(String status, String key) {
        return ProcessTable.valueOf(status, key).filter(v -> v.matches("0+")).isPresent();
    }

    private static boolean differs(long holder, String namespace) {
        try {
            Path own = Path.of("/proc/self/ns", namespace);
            Path its = Path.of("/proc/" + holder + "/ns", namespace);
            return !Files.readSymbolicLink(own).equals(Files.readSymbolicLink(its));
        } catch (IOException unknown) {
            return false;
        }
    }

    private static boolean onlyLoopback(long holder) {
        return ProcessTable.read(holder + "/net/dev")
                .filter(text -> text.lines().skip(2).allMatch(l -> l.strip().startsWith("lo:")))
                .isPresent();
    }

    private static void require(boolean stands, String wall) {
        if (!stands) {
            throw OxException.of(
                            ErrorCode.ISOLATION_UNAVAILABLE,
                            "the wall '%s' was built but does not stand",
                            wall)
                    .suggest("Do not run agents on this machine; see 'ox doctor'.");
        }
    }
}
