package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.NetworkPhase;
import java.nio.file.Path;

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

    /** Ways out are closed before the new phase is written: whoever dies between leaves less. */
    void enter(NetworkPhase phase, Deadline deadline) {
        if (phase() != phase) {
            SocatRelay.cutAll(folder, deadline);
            RecordFile.write(file(), new Written(phase));
        }
    }
}
