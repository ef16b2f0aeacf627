package dev.oxbow.sandbox;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A frozen state of a sandbox's files. It never changes, and it outlives its sandbox: it is there
 * until it is deleted.
 *
 * @param id chosen by whoever asked for it
 * @param sandbox whose files it holds; that sandbox may be gone
 * @param parent the checkpoint that the sandbox's files last came from or went into, if any; it may
 *     have been deleted, which takes nothing away from this one
 * @param createdAt when it was taken
 * @param bytes content that it holds beyond its parent; empty as long as nobody has counted it,
 *     which {@link Sandbox#checkpoint} does not wait for and the look-ups do
 * @param name what its maker called it, if anything
 * @param kind what it holds
 */
public record Checkpoint(
        CheckpointId id,
        SandboxId sandbox,
        Optional<CheckpointId> parent,
        Instant createdAt,
        Optional<ByteSize> bytes,
        Optional<String> name,
        Kind kind) {

    /** What a checkpoint holds. */
    public enum Kind {
        /** Files, and nothing of the processes that ran. */
        FILESYSTEM;

        /** The name in JSON. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
