package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.NetworkPhase;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The phase that the network of a sandbox is in, written down beside its record. Without it the
 * sandbox is in the phase of a new one. Changed under the sandbox's lock.
 *
 * @param folder of the sandbox
 */
record StoredNetwork(SandboxFolder folder) {

    /** What is written down. */
    private record Written(NetworkPhase phase) {}

    private Path file() {
        return folder.path().resolve("network.json");
    }

    NetworkPhase phase() {
        return RecordFile.read(file(), Written.class)
                .map(Written::phase)
                .orElse(NetworkPhase.AGENT);
    }

    void refuseIfOffline(SandboxId id) {
        if (phase() == NetworkPhase.OFFLINE) {
            throw OxException.of(
                            ErrorCode.EGRESS_DENIED,
                            "sandbox %s is offline: no way out of it is opened",
                            id)
                    .with("sandboxId", id.value())
                    .suggest("Put its network into another phase first.");
        }
    }

    /**
     * Ways out are closed before the new phase is written: whoever dies between leaves less.
     *
     * @param holder of the sandbox
     */
    void enter(NetworkPhase phase, Optional<ProcessRef> holder, Deadline deadline) {
        boolean other = phase() != phase;
        if (other || phase == NetworkPhase.OFFLINE) {
            // Offline is made sure of again: what is written down says nothing of what is open.
            SocatRelay.cutAll(folder, holder, deadline);
        }
        if (other) {
            RecordFile.write(file(), new Written(phase));
        }
    }
}
