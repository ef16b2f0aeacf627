package dev.oxbow.engine;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import java.time.Instant;
import java.util.Optional;

/**
 * What the engine remembers of a checkpoint. Stored before it is taken, so there may be no such
 * checkpoint; whether there is, its provider knows.
 *
 * @param id its id
 * @param thread the thread whose sandbox it is of
 * @param sandbox that sandbox; it may be gone
 * @param provider name of the provider that keeps it
 * @param origin why it was taken
 * @param name what it is called
 * @param run the run it belongs to, if any
 * @param createdAt when it was asked for
 */
public record CheckpointRecord(
        CheckpointId id,
        ThreadId thread,
        SandboxId sandbox,
        String provider,
        CheckpointOrigin origin,
        Optional<String> name,
        Optional<RunId> run,
        Instant createdAt) {}
