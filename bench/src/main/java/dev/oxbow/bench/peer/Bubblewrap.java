package dev.oxbow.bench.peer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Bubblewrap with all namespaces, over the files of the host. */
final class Bubblewrap implements Peer, Peer.Standing {
    private final HeldProcesses held = new HeldProcesses();

    @Override
    public String name() {
        return "bwrap";
    }

    @Override
    public String tier() {
        return "namespaces only";
    }

    @Override
    public Optional<String> missing() {
        return Command.find("bwrap").isPresent()
                ? Optional.empty()
                : Optional.of("not installed (package bubblewrap)");
    }

    @Override
    public List<String> create(String id, String command) {
        return List.of(
                "bwrap",
                "--unshare-all",
                "--die-with-parent",
                "--ro-bind",
                "/",
                "/",
                "--proc",
                "/proc",
                "--dev",
                "/dev",
                "--tmpfs",
                "/tmp",
                "sh",
                "-c",
                command);
    }

    /** It stands idle, but nothing joins it: that takes nsenter, which the other one shows. */
    @Override
    public Optional<Standing> standing() {
        return Optional.of(this);
    }

    @Override
    public void start(String id) throws IOException {
        held.start(id, create(id, HeldProcesses.IDLE));
    }

    @Override
    public List<String> exec(String id, String... command) {
        return List.of();
    }

    @Override
    public void stop(String id) throws InterruptedException {
        held.stop(id);
    }
}
