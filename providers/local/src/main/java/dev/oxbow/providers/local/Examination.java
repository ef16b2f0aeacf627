package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Pty;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.Finding.Status;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Probes what the walls are made of, each part for real. */
final class Examination {
    private static final Map<String, String> SWITCHES =
            Map.of(
                    "user/max_user_namespaces", "0",
                    "kernel/unprivileged_userns_clone", "0",
                    "kernel/apparmor_restrict_unprivileged_userns", "1");

    private final Site site;
    private final Lifecycle lifecycle;

    Examination(Site site, Lifecycle lifecycle) {
        this.site = site;
        this.lifecycle = lifecycle;
    }

    List<Finding> findings() {
        List<Finding> found = new ArrayList<>();
        Tools.PACKAGES.keySet().forEach(tool -> found.add(tool(tool)));
        found.add(seccomp());
        found.add(terminals());
        found.add(walls(found.stream().noneMatch(f -> f.status() == Status.MISSING)));
        Map<String, String> groups = site.groups().mechanisms();
        found.add(limit("memory", groups, "a limit on each process alone"));
        found.add(limit("pids", groups, "a limit on the user's processes"));
        found.add(limit("cpu", groups, "no limit"));
        found.add(
                site.groups().tracks()
                        ? ok("process-trees", "cgroup v2")
                        : reduced("process-trees", "by a mark that children inherit"));
        found.add(
                site.root()
                        ? ok("own-user-id", "one for each sandbox")
                        : reduced("own-user-id", "sandboxes run as the caller's user"));
        return found;
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

    private static Finding terminals() {
        try (Pty pty = Pty.open(80, 24)) {
            return ok("terminals", pty.slave().toString());
        } catch (OxException e) {
            return new Finding(
                    "terminals", Status.REDUCED, e.getMessage(), "Mount devpts on /dev/pts.");
        }
    }

    /** Builds all walls, runs a command between them, and takes them down again. */
    private Finding walls(boolean possible) {
        if (!possible) {
            return new Finding(
                    "namespaces", Status.MISSING, "not tried: a part is missing", "See above.");
        }
        SandboxId id = SandboxId.next();
        try {
            lifecycle.create(SandboxSpec.of(id).withLabels(Labels.of("oxbow-probe", "1")));
            Optional<ProcessExit> end =
                    new LocalSandbox(site, lifecycle, id)
                            .exec(ProcessSpec.of("true"))
                            .awaitExit(Deadline.in(site.config().patience()));
            return end.filter(ProcessExit::success).isPresent()
                    ? ok("namespaces", "user, pid, mount, net, ipc, uts: built and joined")
                    : new Finding(
                            "namespaces",
                            Status.MISSING,
                            "a command in a sandbox did not end well: " + end,
                            fix());
        } catch (OxException e) {
            return new Finding("namespaces", Status.MISSING, e.getMessage(), fix());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Finding("namespaces", Status.MISSING, "interrupted", "Try again.");
        } finally {
            lifecycle.destroy(id);
        }
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
