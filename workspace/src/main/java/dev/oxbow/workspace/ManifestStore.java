package dev.oxbow.workspace;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import java.util.Optional;

/**
 * Keeps, for each sandbox, what it was last given, and for each checkpoint, what its sandbox had
 * been given when it was taken. Survives restarts. Safe for concurrent use by several processes as
 * long as no two write the manifest of one sandbox at a time, which the sync's own lock sees to.
 */
public interface ManifestStore {

    /**
     * The manifest of a sandbox as last saved; empty if none was ever saved.
     *
     * @throws dev.oxbow.base.OxException {@code STORE_UNREADABLE} if there is one and it cannot be
     *     read: never the same as empty
     */
    Optional<Manifest> load(SandboxId sandbox);

    /** Saves a manifest, whole or not at all, replacing the one before. Durable on return. */
    void save(Manifest manifest);

    /** Forgets a sandbox; a no-op if there is nothing. */
    void delete(SandboxId sandbox);

    /**
     * The manifest kept with a checkpoint, of the sandbox it was taken of; empty if that one had
     * been given nothing.
     *
     * @throws dev.oxbow.base.OxException {@code STORE_UNREADABLE} if there is one and it cannot be
     *     read
     */
    Optional<Manifest> load(CheckpointId checkpoint);

    /** Keeps a manifest with a checkpoint, whole or not at all. Durable on return. */
    void save(CheckpointId checkpoint, Manifest manifest);

    /** Forgets what was kept with a checkpoint; a no-op if there is nothing. */
    void delete(CheckpointId checkpoint);
}
