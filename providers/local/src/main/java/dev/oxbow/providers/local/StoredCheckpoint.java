package dev.oxbow.providers.local;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is written down of a checkpoint.
 *
 * @param id its id
 * @param sandbox whose files it holds
 * @param parent what the files came from
 * @param createdAt when it was taken
 * @param name what its maker called it
 * @param layers what it consists of, topmost first
 * @param own those of them that its parent does not have
 */
record StoredCheckpoint(
        CheckpointId id,
        SandboxId sandbox,
        Optional<CheckpointId> parent,
        Instant createdAt,
        Optional<String> name,
        List<String> layers,
        List<String> own) {
    StoredCheckpoint {
        layers = List.copyOf(layers);
        own = List.copyOf(own);
    }

    boolean takenFrom(CheckpointSpec spec, SandboxId of) {
        return sandbox.equals(of) && name.equals(spec.name());
    }

    Checkpoint shown(Optional<ByteSize> bytes) {
        return new Checkpoint(
                id, sandbox, parent, createdAt, bytes, name, Checkpoint.Kind.FILESYSTEM);
    }
}
