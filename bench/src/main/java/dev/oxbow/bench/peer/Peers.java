package dev.oxbow.bench.peer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The peers of this machine, each made ready when it is first asked for. Closing ends what was
 * started for them.
 */
public final class Peers implements AutoCloseable {
    private final Path folder;
    private final Path cache;
    private final PrintStream progress;
    private final Map<String, Peer> ready = new LinkedHashMap<>();
    private final List<DockerDaemon> open = new ArrayList<>();

    /**
     * Peers that work in that folder.
     *
     * @param cache where {@code bench/run --install} put what is no package of the system
     */
    public Peers(Path folder, Path cache, PrintStream progress) {
        this.folder = folder;
        this.cache = cache;
        this.progress = progress;
    }

    /** All of them, the barest first. */
    public List<Peer> all() {
        return List.of(
                bubblewrap(), unshare(), crun(), runc(), podman(), docker(), sandboxRuntime());
    }

    /** Those that can keep a sandbox for further commands, the barest first. */
    public List<Peer> joinable() {
        return List.of(unshare(), crun(), runc(), podman(), docker());
    }

    /** Bubblewrap. */
    public Peer bubblewrap() {
        return ready("bwrap", Bubblewrap::new);
    }

    /** Bare namespaces. */
    public Peer unshare() {
        return ready("unshare", Unshare::new);
    }

    /** The runtime written in C. */
    public Peer crun() {
        return ready("crun", () -> OciRuntime.of("crun", folder.resolve("crun")));
    }

    /** The runtime that most engines use. */
    public Peer runc() {
        return ready("runc", () -> OciRuntime.of("runc", folder.resolve("runc")));
    }

    /** Containers without a daemon. */
    public Peer podman() {
        return ready("podman", this::startPodman);
    }

    /** Containers of a Docker engine, started for this run. */
    public Peer docker() {
        return ready("docker", this::startDocker);
    }

    /** The sandbox that Claude Code uses. */
    public Peer sandboxRuntime() {
        return ready("srt", () -> SandboxRuntime.find(cache));
    }

    private Peer ready(String name, Supplier<Peer> maker) {
        return ready.computeIfAbsent(
                name,
                _ -> {
                    Peer peer = maker.get();
                    peer.missing()
                            .ifPresent(
                                    why -> progress.printf("%s is not to be had: %s%n", name, why));
                    return peer;
                });
    }

    private Peer startPodman() {
        Optional<String> why =
                Command.find("podman").isEmpty()
                        ? Optional.of("not installed (package podman)")
                        : RootFiles.missing();
        if (why.isPresent()) {
            return ContainerEngine.missing("podman run", why.get());
        }
        try {
            Path own = Files.createDirectories(folder.resolve("pod"));
            // As root without the right to raise limits, and without systemd.
            return ContainerEngine.at(
                    "podman run",
                    List.of(
                            "podman",
                            "--root",
                            own.resolve("root").toString(),
                            "--runroot",
                            own.resolve("run").toString(),
                            "--tmpdir",
                            own.resolve("tmp").toString(),
                            "--runtime",
                            "runc",
                            "--cgroup-manager",
                            "cgroupfs"),
                    List.of("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"),
                    RootFiles.make(own.resolve("files")));
        } catch (IOException e) {
            return ContainerEngine.missing("podman run", "no folder for it: " + e.getMessage());
        }
    }

    private Peer startDocker() {
        Optional<String> why = DockerDaemon.missing();
        if (why.isPresent()) {
            return ContainerEngine.missing("docker run", why.get());
        }
        try {
            Path own = Files.createDirectories(folder.resolve("docker"));
            DockerDaemon daemon = DockerDaemon.start(own.resolve("engine"));
            open.add(daemon);
            return ContainerEngine.at(
                    "docker run", daemon.client(), List.of(), RootFiles.make(own.resolve("files")));
        } catch (IOException e) {
            return ContainerEngine.missing(
                    "docker run", "the engine does not start: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ContainerEngine.missing("docker run", "interrupted");
        }
    }

    @Override
    public void close() throws IOException {
        open.forEach(DockerDaemon::close);
        try {
            unmount();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Engines leave mounts behind, which would keep the folder from being removed. */
    private void unmount() throws IOException, InterruptedException {
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mounts"));
        for (int i = mounts.size() - 1; i >= 0; i--) {
            String at = mounts.get(i).split(" ", -1)[1];
            if (at.startsWith(folder + "/")) {
                Command.run("umount", "-l", at);
            }
        }
    }
}
