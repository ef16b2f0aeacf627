package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.MemoryFile;
import dev.oxbow.posix.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The pair of processes that keeps the namespaces of a sandbox alive.
 *
 * @param holder process 1 of the sandbox
 * @param monitor its parent outside
 */
record Holder(ProcessRef holder, ProcessRef monitor) {

    /**
     * Starts it and waits until the walls stand.
     *
     * @param argv {@link BubblewrapCommand#argv}
     * @param filter for the holder itself
     * @param groups of the sandbox, which the pair enters
     */
    static Holder start(
            List<String> argv,
            SandboxFolder folder,
            byte[] filter,
            SandboxGroups groups,
            Deadline deadline)
            throws IOException {
        Process monitor;
        try (MemoryFile program = MemoryFile.of(filter)) {
            ProcessBuilder builder = new ProcessBuilder(argv);
            builder.environment().clear();
            builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C"));
            builder.directory(new java.io.File("/"));
            builder.redirectInput(program.path().toFile());
            builder.redirectOutput(folder.startOutput().toFile());
            builder.redirectError(folder.startErrors().toFile());
            monitor = builder.start();
        }
        boolean done = false;
        try {
            // The kernel lets five or more milliseconds pass before it moves the first process in a
            // while, and moves others at once soon after: they pass while the walls are built.
            ControlGroups.enter(groups.onlyTrack(), monitor.pid());
            Holder started = awaitReady(monitor, folder, deadline);
            ControlGroups.enter(groups, started.holder().pid());
            done = true;
            return started;
        } finally {
            if (!done) {
                ProcessTable.withDescendants(List.of(monitor.pid()))
                        .forEach(pid -> Posix.kill(pid, 9));
            }
        }
    }

    private static Holder awaitReady(Process monitor, SandboxFolder folder, Deadline deadline)
            throws IOException {
        while (true) {
            boolean alive = monitor.isAlive();
            if (Files.readString(folder.startErrors()).endsWith("ready\n")) {
                long holder =
                        Json.tree(Files.readString(folder.startOutput()))
                                .path("child-pid")
                                .asLong();
                return new Holder(
                        ProcessTable.find(holder).orElseThrow(() -> failure(folder, "it ended")),
                        ProcessTable.find(monitor.pid())
                                .orElseThrow(() -> failure(folder, "it ended")));
            }
            if (!alive) {
                throw failure(folder, "it ended");
            }
            if (deadline.expired()) {
                throw OxException.of(ErrorCode.PROVIDER_TIMEOUT, "the walls did not stand in time");
            }
            LockSupport.parkNanos(200_000);
        }
    }

    private static OxException failure(SandboxFolder folder, String how) {
        String said;
        try {
            said = Files.readString(folder.startErrors()).strip();
        } catch (IOException unreadable) {
            said = "";
        }
        return OxException.of(
                        ErrorCode.ISOLATION_UNAVAILABLE,
                        "bubblewrap could not build the walls: %s",
                        said.isEmpty() ? how : said.lines().findFirst().orElse(how))
                .suggest("See 'ox doctor' for the missing part.");
    }
}
