package dev.oxbow.bench.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Five new namespaces and nothing else; further commands join by nsenter. */
final class Unshare implements Peer, Peer.Standing {
    private final HeldProcesses held = new HeldProcesses();

    @Override
    public String name() {
        return "unshare";
    }

    @Override
    public String tier() {
        return "namespaces only";
    }

    @Override
    public Optional<String> missing() {
        return Command.find("unshare").isPresent() && Command.find("nsenter").isPresent()
                ? Optional.empty()
                : Optional.of("not installed (package util-linux)");
    }

    @Override
    public List<String> create(String id, String command) {
        return List.of(
                "unshare",
                "-Urpinm",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "sh",
                "-c",
                command);
    }

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
        long inside =
                held.find(id).flatMap(holder -> holder.children().findFirst()).orElseThrow().pid();
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                "nsenter",
                                "-U",
                                "-p",
                                "-i",
                                "-n",
                                "-m",
                                "-t",
                                Long.toString(inside),
                                "--preserve-credentials"));
        argv.addAll(List.of(command));
        return argv;
    }

    @Override
    public void stop(String id) throws InterruptedException {
        held.stop(id);
    }
}
