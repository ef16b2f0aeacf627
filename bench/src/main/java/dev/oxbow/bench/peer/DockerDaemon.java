package dev.oxbow.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A Docker engine of our own in a temporary folder, which touches no network of the host. */
final class DockerDaemon implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final List<String> client;

    private DockerDaemon(Process process, List<String> client) {
        this.process = process;
        this.client = client;
    }

    /** Why there can be none. */
    static Optional<String> missing() {
        if (Command.find("dockerd").isEmpty() || Command.find("docker").isEmpty()) {
            return Optional.of("not installed (package docker.io)");
        }
        return RootFiles.missing();
    }

    /** Starts it; returns when it answers. */
    static DockerDaemon start(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path socket = folder.resolve("docker.sock");
        Path log = folder.resolve("log");
        Process process =
                new ProcessBuilder(
                                Command.find("dockerd").orElseThrow().toString(),
                                "--data-root",
                                folder.resolve("data").toString(),
                                "--exec-root",
                                folder.resolve("exec").toString(),
                                "-H",
                                "unix://" + socket,
                                "-p",
                                folder.resolve("docker.pid").toString(),
                                "--bridge=none",
                                "--iptables=false",
                                "--ip-forward=false")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
        DockerDaemon daemon =
                new DockerDaemon(process, List.of("docker", "-H", "unix://" + socket));
        // Also when the benchmark is interrupted.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!daemon.answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                daemon.close();
                List<String> lines = Files.readAllLines(log);
                throw new IOException(lines.isEmpty() ? "it says nothing" : lines.getLast());
            }
            Thread.sleep(50);
        }
        return daemon;
    }

    private boolean answers() throws InterruptedException {
        try {
            String unusedSaid =
                    Command.output(List.of(client.get(0), client.get(1), client.get(2), "info"));
            return process.isAlive();
        } catch (IOException notYet) {
            return false;
        }
    }

    List<String> client() {
        return client;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
