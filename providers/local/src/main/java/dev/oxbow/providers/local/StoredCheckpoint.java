package dev.oxbow.providers.local;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import java.time.Instant;
import java.util.ArrayList;
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
 * @param former layers that it consisted of before they were joined
 * @param bytes what {@code own} held before that; empty as long as it can be counted
 */
record StoredCheckpoint(
        CheckpointId id,
        SandboxId sandbox,
        Optional<CheckpointId> parent,
        Instant createdAt,
        Optional<String> name,
        List<String> layers,
        List<String> own,
        List<String> former,
        Optional<ByteSize> bytes) {
    StoredCheckpoint {
        layers = List.copyOf(layers);
        own = List.copyOf(own);
        former = List.copyOf(former);
    }

    boolean takenFrom(CheckpointSpec spec, SandboxId of) {
        return sandbox.equals(of) && name.equals(spec.name());
    }

    /** With one layer in the place of several. */
    StoredCheckpoint joined(JoinedLayer by, ByteSize counted) {
        List<String> before = new ArrayList<>(former);
        before.addAll(by.layers());
        return new StoredCheckpoint(
                id,
                sandbox,
                parent,
                createdAt,
                name,
                by.in(layers),
                own,
                before,
                Optional.of(counted));
    }

    /** Whether a layer holds nothing that this does not hold. */
    boolean has(String layer) {
        return layers.contains(layer) || former.contains(layer);
    }

    Checkpoint shown(Optional<ByteSize> size) {
        return new Checkpoint(
                id, sandbox, parent, createdAt, size, name, Checkpoint.Kind.FILESYSTEM);
    }
}
