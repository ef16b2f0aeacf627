package dev.oxbow.providers.local;

import dev.oxbow.sandbox.Limits;
import java.util.Map;
import java.util.Optional;

/**
 * Limits set on each process for want of a group.
 *
 * @param memoryKib data of one process
 * @param processes processes of the user
 * @param fileBlocks size of one file in 512-byte blocks
 */
record Rlimits(Optional<Long> memoryKib, Optional<Integer> processes, Optional<Long> fileBlocks) {
    static Rlimits of(StoredSandbox sandbox, Map<String, String> mechanisms) {
        Limits limits = sandbox.limits();
        // Without a user namespace of its own all processes of the caller would be counted.
        boolean counted = mechanisms.containsKey("pids") || !sandbox.walled();
        return new Rlimits(
                mechanisms.containsKey("memory")
                        ? Optional.empty()
                        : limits.memory().map(m -> m.bytes() / 1024),
                counted || limits.processes().isEmpty()
                        ? Optional.empty()
                        : Optional.of(limits.processes().getAsInt()),
                limits.disk().map(d -> d.bytes() / 512));
    }
}
