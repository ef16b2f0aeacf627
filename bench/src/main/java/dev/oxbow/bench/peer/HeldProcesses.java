package dev.oxbow.bench.peer;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Processes that stand idle under names, as the sandboxes of a peer that keeps none by itself. */
final class HeldProcesses {
    /** What each of them runs: it tells that it is there. */
    static final String IDLE = "echo up; exec sleep 3600";

    private final Map<String, Process> held = new ConcurrentHashMap<>();

    void start(String id, List<String> argv) throws IOException {
        Process process = Command.start(argv);
        held.put(id, process);
        First.of(process);
    }

    Optional<Process> find(String id) {
        return Optional.ofNullable(held.get(id));
    }

    /** Ends it with all that it has started. */
    void stop(String id) throws InterruptedException {
        Process process = held.remove(id);
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }
}
