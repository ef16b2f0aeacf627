package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.Finding.Status;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.sandbox.Tier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Probes what the walls are made of, each part for real. */
final class Examination {
    private static final Map<String, String> SWITCHES =
            Map.of(
                    "user/max_user_namespaces", "0",
                    "kernel/unprivileged_userns_clone", "0",
                    "kernel/apparmor_restrict_unprivileged_userns", "1");

    /** Walls that are named one by one; the others are in order if these are built at all. */
    private static final Set<String> SHOWN =
            Set.of(
                    "files",
                    "capabilities",
                    "no_new_privs",
                    "network",
                    "landlock",
                    "no user namespaces inside");

    private final Workings workings;
    private final Site site;
    private final Lifecycle lifecycle;

    Examination(Workings workings) {
        this.workings = workings;
        this.site = workings.site();
        this.lifecycle = workings.lifecycle();
    }

    List<Finding> findings() {
        List<Finding> found = new ArrayList<>();
        Tools.PACKAGES.keySet().forEach(tool -> found.add(tool(tool)));
        found.add(seccomp());
        List<Finding> walls = walls(found.stream().noneMatch(f -> f.status() == Status.MISSING));
        found.addAll(walls);
        Map<String, String> groups = site.groups().mechanisms();
        found.add(limit("memory", groups, "each process alone is limited (rlimit data)"));
        found.add(limit("pids", groups, "the user's processes are limited (rlimit nproc)"));
        found.add(limit("cpu", groups, "nothing is limited"));
        found.add(
                groups.containsKey("memory")
                        ? ok("memory-evidence", "the kernel counts kills for memory")
                        : reduced("memory-evidence", "none: such an end looks like any other"));
        found.add(
                new Finding(
                        "limit-disk",
                        Status.REDUCED,
                        "no quota for a sandbox as a whole: each file alone is limited"
                                + " (rlimit fsize)",
                        "Put the data folder on a file system of the size it may grow to."));
        found.add(
                site.groups().tracks()
                        ? ok("process-trees", "cgroup v2")
                        : reduced("process-trees", "by a mark that children inherit"));
        found.add(
                site.root()
                        ? ok("own-user-id", "one for each sandbox")
                        : reduced("own-user-id", "sandboxes run as the caller's user"));
        found.add(layers());
        found.addAll(tiers(walls));
        return found;
    }

    /** Each tier in one line, those included that nobody has yet. */
    private List<Finding> tiers(List<Finding> walls) {
        List<Finding> found = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            switch (tier) {
                case PROCESS -> found.add(withoutWalls());
                case NAMESPACE ->
                        found.add(
                                walls.stream()
                                        .filter(f -> f.status() == Status.MISSING)
                                        .findFirst()
                                        .map(f -> tier(tier, f.status(), f.detail(), f.fix()))
                                        .orElseGet(() ->
                                                tier(
                                                        tier,
                                                        Status.OK,
                                                        "built, proven and joined",
                                                        "")));
                // Of the same rank as namespace, which stands for it.
                case CONTAINER -> {}
                case GVISOR ->
                        found.add(notBuilt(tier, "needs gVisor's runsc, which nothing drives"));
                case MICROVM ->
                        found.add(notBuilt(tier, "needs a virtual machine monitor and /dev/kvm"));
            }
        }
        return found;
    }

    private static Finding tier(Tier tier, Status status, String detail, String fix) {
        return new Finding("tier-" + tier.wire(), status, detail, fix);
    }

    private static Finding notBuilt(Tier tier, String needs) {
        return tier(
                tier,
                Status.REDUCED,
                "not built yet: it " + needs,
                "Use tier namespace, or a machine of its own for what you trust less.");
    }

    /** Runs a command that nothing holds back. */
    private Finding withoutWalls() {
        SandboxId id = SandboxId.next();
        try {
            Optional<ProcessExit> end = end(id, Tier.PROCESS);
            return end.filter(ProcessExit::success).isPresent()
                    ? tier(
                            Tier.PROCESS,
                            Status.OK,
                            "no walls at all; only with --i-know-this-is-not-isolated",
                            "")
                    : tier(
                            Tier.PROCESS,
                            Status.REDUCED,
                            "a command did not end well: " + end,
                            "Try again.");
        } catch (OxException e) {
            return tier(Tier.PROCESS, Status.REDUCED, e.getMessage(), e.suggestion());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return tier(Tier.PROCESS, Status.REDUCED, "interrupted", "Try again.");
        } finally {
            lifecycle.destroy(id);
        }
    }

    /** How a command ended in a sandbox made for it. */
    private Optional<ProcessExit> end(SandboxId id, Tier tier) throws InterruptedException {
        lifecycle.create(SandboxSpec.of(id).withLabels(Labels.of("oxbow-probe", "1")), tier);
        return new LocalSandbox(workings, id)
                .exec(ProcessSpec.of("true"))
                .awaitExit(Deadline.in(site.config().patience()));
    }

    private Finding layers() {
        if (site.tools().find("perl").isEmpty()) {
            return reduced("checkpoints", "not tried: a part is missing");
        }
        LayerSupport.Found layers = workings.layering().support().found();
        return layers.layers()
                .map(why -> noLayers("none: " + why))
                .or(() -> layers.sharing().map(why -> noLayers("without forks: " + why)))
                .orElseGet(() -> ok("checkpoints", "layers of overlayfs"));
    }

    private static Finding noLayers(String why) {
        return new Finding(
                "checkpoints",
                Status.REDUCED,
                why,
                "Use a kernel with overlayfs from 5.19 on, and a data folder on ext4, xfs or"
                        + " btrfs.");
    }

    private Finding tool(String name) {
        Optional<Path> path = site.tools().find(name);
        return path.isPresent()
                ? ok(name, path.get().toString())
                : new Finding(
                        name,
                        Status.MISSING,
                        "not found",
                        "Install the package '" + Tools.packageOf(name) + "'.");
    }

    private static Finding seccomp() {
        return ProcessTable.read("self/status").filter(s -> s.contains("Seccomp:")).isPresent()
                ? ok("seccomp", "in the kernel")
                : new Finding(
                        "seccomp",
                        Status.MISSING,
                        "not in the kernel",
                        "Use a kernel with CONFIG_SECCOMP_FILTER.");
    }

    /** Builds all walls, runs commands between them, and takes them down again. */
    private List<Finding> walls(boolean possible) {
        if (!possible) {
            return List.of(noWalls("not tried: a part is missing", "See above."));
        }
        SandboxId id = SandboxId.next();
        try {
            Optional<ProcessExit> end = end(id, Tier.NAMESPACE);
            Sandbox sandbox = new LocalSandbox(workings, id);
            if (end.filter(ProcessExit::success).isPresent()) {
                List<Finding> found = new ArrayList<>();
                found.add(ok("namespaces", "user, pid, mount, net, ipc, uts: built and joined"));
                sandbox.record().enforced().stream()
                        .filter(wall -> SHOWN.contains(wall.name()))
                        .map(Examination::wall)
                        .forEach(found::add);
                found.add(terminals(sandbox));
                return found;
            }
            return List.of(noWalls("a command in a sandbox did not end well: " + end, fix()));
        } catch (OxException e) {
            return List.of(noWalls(e.getMessage(), fix()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of(noWalls("interrupted", "Try again."));
        } finally {
            lifecycle.destroy(id);
        }
    }

    private static Finding wall(Enforcement wall) {
        String name = wall.name().replace(' ', '-');
        return wall.inForce() ? ok(name, wall.mechanism()) : reduced(name, wall.mechanism());
    }

    private static Finding noWalls(String why, String fix) {
        return new Finding("namespaces", Status.MISSING, why, fix);
    }

    private Finding terminals(Sandbox sandbox) throws InterruptedException {
        try {
            Terminal terminal =
                    sandbox.openTerminal(ProcessSpec.of("tty", "-s"), new TerminalSize(80, 24));
            Optional<ProcessExit> end = terminal.awaitExit(Deadline.in(site.config().patience()));
            return end.filter(ProcessExit::success).isPresent()
                    ? ok("terminals", "of the sandbox's own")
                    : noTerminals("a command on a terminal did not end well: " + end);
        } catch (OxException e) {
            return noTerminals(e.getMessage());
        }
    }

    private static Finding noTerminals(String why) {
        return new Finding(
                "terminals", Status.REDUCED, why, "Allow more terminals: kernel.pty.max.");
    }

    /** What usually forbids namespaces, if it is set here. */
    private static String fix() {
        return SWITCHES.entrySet().stream()
                .filter(s ->
                        ProcessTable.read("sys/" + s.getKey())
                                .filter(v -> v.strip().equals(s.getValue()))
                                .isPresent())
                .map(s -> "Change the kernel setting " + s.getKey().replace('/', '.') + ".")
                .findFirst()
                .orElse("Allow unprivileged user namespaces to this user.");
    }

    private static Finding limit(String name, Map<String, String> groups, String instead) {
        return groups.containsKey(name)
                ? ok("limit-" + name, groups.getOrDefault(name, ""))
                : new Finding(
                        "limit-" + name,
                        Status.REDUCED,
                        "no control group may be made here: " + instead,
                        "Run as root, or in a delegated control group.");
    }

    private static Finding ok(String name, String detail) {
        return new Finding(name, Status.OK, detail, "");
    }

    private static Finding reduced(String name, String detail) {
        return new Finding(name, Status.REDUCED, detail, "Run as root for more.");
    }
}
