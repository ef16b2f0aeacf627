package dev.oxbow.providers.local;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.Limits;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Control groups of this machine, as far as we may make some: version 1, version 2 or both at once.
 *
 * <p>On a machine with both, the same process is in a version 1 group for its limits and in a
 * version 2 group for {@code cgroup.kill}. Groups are made below the one we are in, so that limits
 * set on us keep holding.
 */
final class ControlGroups {
    /** Limits that a group can hold. */
    private static final List<String> CONTROLLERS = List.of("memory", "pids", "cpu");

    /** Stand in groups of version 1 to start commands there: a nursery and its spare. */
    private static final int READY = 2;

    /** A killed process has left its groups after a few milliseconds. */
    private static final int ATTEMPTS = 200;

    private final Map<String, Path> v1;
    private final Optional<Path> v2;
    private final List<String> v2Controllers;

    private ControlGroups(Map<String, Path> v1, Optional<Path> v2, List<String> v2Controllers) {
        this.v1 = v1;
        this.v2 = v2;
        this.v2Controllers = v2Controllers;
    }

    /** Finds out where groups can be made, by making one and removing it. */
    static ControlGroups probe() {
        List<CgroupMount> mounts =
                CgroupMount.parse(
                        ProcessTable.read("self/mountinfo").orElse(""),
                        ProcessTable.read("self/cgroup").orElse(""));
        Map<String, Path> v1 = new TreeMap<>();
        Optional<Path> v2 = Optional.empty();
        List<String> v2Controllers = List.of();
        for (CgroupMount mount : mounts) {
            for (Path base : mount.bases()) {
                if (!canMakeGroup(base)) {
                    continue;
                }
                if (mount.version() == 2) {
                    List<String> controllers = enabledBelow(base);
                    if (v2.isEmpty() || controllers.size() > v2Controllers.size()) {
                        v2 = Optional.of(base);
                        v2Controllers = controllers;
                    }
                } else {
                    mount.controllers().stream()
                            .filter(CONTROLLERS::contains)
                            .forEach(c -> v1.putIfAbsent(c, base));
                }
            }
        }
        return new ControlGroups(v1, v2, v2Controllers);
    }

    private static boolean canMakeGroup(Path base) {
        Path probe = base.resolve("oxbow-probe-" + ProcessHandle.current().pid());
        try {
            Files.createDirectory(probe);
            boolean usable = Files.isWritable(probe.resolve("cgroup.procs"));
            Files.delete(probe);
            return usable;
        } catch (IOException refused) {
            return false;
        }
    }

    private static List<String> enabledBelow(Path base) {
        Path control = base.resolve("cgroup.subtree_control");
        String offered = read(base.resolve("cgroup.controllers"));
        for (String controller : CONTROLLERS) {
            if ((" " + offered + " ").contains(" " + controller + " ")) {
                boolean unusedMayBeRefused = write(control, "+" + controller);
            }
        }
        List<String> enabled = List.of(read(control).split(" ", -1));
        return CONTROLLERS.stream().filter(enabled::contains).toList();
    }

    /** What can be limited by a group and with what, such as {@code memory → cgroup v1}. */
    Map<String, String> mechanisms() {
        Map<String, String> found = new TreeMap<>();
        v1.keySet().forEach(c -> found.put(c, "cgroup v1"));
        v2Controllers.forEach(c -> found.put(c, "cgroup v2"));
        return found;
    }

    /** Whether whole process trees can be signalled by a group. */
    boolean tracks() {
        return v2.isPresent();
    }

    /** Groups of a sandbox, made and limited; the limits that took hold are added to the list. */
    SandboxGroups make(SandboxId id, Limits limits, List<Enforcement> enforced) {
        List<String> join = new ArrayList<>();
        Optional<String> oomEvents = Optional.empty();
        String name = "oxbow-" + id.value();
        Optional<Path> unified = v2.map(base -> base.resolve(name)).filter(ControlGroups::mkdir);
        if (limits.memory().isPresent()) {
            Optional<Path> group = groupFor("memory", name, unified);
            if (group.isPresent() && limitMemory(group.get(), limits.memory().get())) {
                oomEvents =
                        Optional.of(
                                group.get()
                                        .resolve(
                                                onV2("memory")
                                                        ? "memory.events"
                                                        : "memory.oom_control")
                                        .toString());
                join(join, group.get(), unified);
                enforced.add(held("memory"));
            }
        }
        if (limits.processes().isPresent()) {
            Optional<Path> group = groupFor("pids", name, unified);
            int ours = onV2("pids") ? 0 : READY;
            String max = Long.toString((long) limits.processes().getAsInt() + ours);
            if (group.isPresent() && write(group.get().resolve("pids.max"), max)) {
                join(join, group.get(), unified);
                enforced.add(held("pids"));
            }
        }
        if (limits.cpus().isPresent()) {
            Optional<Path> group = groupFor("cpu", name, unified);
            long quota = Math.max(1000, Math.round(limits.cpus().getAsDouble() * 100_000));
            if (group.isPresent() && limitCpu(group.get(), quota)) {
                join(join, group.get(), unified);
                enforced.add(held("cpu"));
            }
        }
        return new SandboxGroups(join, unified.map(Path::toString), oomEvents);
    }

    private static void join(List<String> join, Path group, Optional<Path> unified) {
        if (!unified.equals(Optional.of(group))) {
            join.add(group.toString());
        }
    }

    private Enforcement held(String controller) {
        return new Enforcement(controller, true, onV2(controller) ? "cgroup v2" : "cgroup v1");
    }

    private boolean onV2(String controller) {
        return v2Controllers.contains(controller);
    }

    private Optional<Path> groupFor(String controller, String name, Optional<Path> unified) {
        return onV2(controller)
                ? unified
                : Optional.ofNullable(v1.get(controller))
                        .map(base -> base.resolve(name))
                        .filter(ControlGroups::mkdir);
    }

    private boolean limitMemory(Path group, ByteSize limit) {
        String bytes = Long.toString(limit.bytes());
        if (onV2("memory")) {
            boolean unusedNoSwap = write(group.resolve("memory.swap.max"), "0");
            return write(group.resolve("memory.max"), bytes);
        }
        boolean done = write(group.resolve("memory.limit_in_bytes"), bytes);
        boolean unusedNoSwapAccounting = write(group.resolve("memory.memsw.limit_in_bytes"), bytes);
        return done;
    }

    private boolean limitCpu(Path group, long quota) {
        return onV2("cpu")
                ? write(group.resolve("cpu.max"), quota + " 100000")
                : write(group.resolve("cpu.cfs_period_us"), "100000")
                        && write(group.resolve("cpu.cfs_quota_us"), Long.toString(quota));
    }

    /** A group below the sandbox's own for one process; false if there are none. */
    static boolean makeFor(SandboxGroups groups, ProcessId process) {
        return groups.trackOf(process).filter(ControlGroups::mkdir).isPresent();
    }

    /** Processes in a group, children of the group left out. */
    static List<Long> members(Path group) {
        return read(group.resolve("cgroup.procs"))
                .lines()
                .filter(line -> !line.isBlank() && !line.equals("0"))
                .map(Long::parseLong)
                .toList();
    }

    /** Has the kernel hold back everything in a group and below it, or let it go on. */
    static void freeze(Path group, boolean still) {
        if (!write(group.resolve("cgroup.freeze"), still ? "1" : "0") && Files.exists(group)) {
            throw OxException.of(
                    ErrorCode.PROVIDER_UNAVAILABLE,
                    "the control group %s cannot be %s",
                    group,
                    still ? "frozen" : "thawed");
        }
    }

    /** Whether all in it and below it stand still. */
    static boolean frozen(Path group) {
        return read(group.resolve("cgroup.events")).lines().anyMatch("frozen 1"::equals);
    }

    /** Ends everything in a group and below it at once. */
    static void killAll(Path group) {
        if (!write(group.resolve("cgroup.kill"), "1")) {
            members(group).forEach(pid -> Posix.kill(pid, 9));
        }
    }

    /** Removes the groups of a sandbox that has ended; what still waits there for work is ended. */
    static void remove(SandboxGroups groups) {
        groups.join().forEach(g -> removeEnding(Path.of(g)));
        groups.track().ifPresent(t -> removeEnding(Path.of(t)));
    }

    private static void removeEnding(Path group) {
        removeTree(group);
        for (int attempt = 0; attempt < ATTEMPTS && Files.exists(group); attempt++) {
            killAll(group);
            LockSupport.parkNanos(1_000_000);
            removeTree(group);
        }
    }

    /** Removes one group and those below it; one in use stays. */
    static void removeTree(Path group) {
        if (removed(group)) {
            return;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(group, Files::isDirectory)) {
            children.forEach(ControlGroups::removeTree);
        } catch (IOException gone) {
            return;
        }
        // One still used costs nothing while it is empty; the next removal takes it.
        boolean unusedMayBeUsed = removed(group);
    }

    /** Removes it at once, as far as nobody is in it and nothing below it. */
    private static boolean removed(Path group) {
        try {
            Files.deleteIfExists(group);
            return true;
        } catch (IOException used) {
            return false;
        }
    }

    private static boolean mkdir(Path group) {
        try {
            Files.createDirectories(group);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static boolean write(Path file, String value) {
        try {
            Files.writeString(file, value, java.nio.file.StandardOpenOption.WRITE);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException absent) {
            return "";
        } catch (IOException unreadable) {
            return "";
        }
    }
}
