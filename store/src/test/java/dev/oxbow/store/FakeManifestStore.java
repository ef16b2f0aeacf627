package dev.oxbow.store;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.workspace.Manifest;
import dev.oxbow.workspace.ManifestStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A {@link ManifestStore} in memory. */
final class FakeManifestStore implements ManifestStore {
    private final Map<SandboxId, Manifest> manifests = new ConcurrentHashMap<>();
    private final Map<CheckpointId, Manifest> kept = new ConcurrentHashMap<>();

    @Override
    public Optional<Manifest> load(SandboxId sandbox) {
        return Optional.ofNullable(manifests.get(sandbox));
    }

    @Override
    public void save(Manifest manifest) {
        manifests.put(manifest.sandbox(), manifest);
    }

    @Override
    public void delete(SandboxId sandbox) {
        manifests.remove(sandbox);
    }

    @Override
    public Optional<Manifest> load(CheckpointId checkpoint) {
        return Optional.ofNullable(kept.get(checkpoint));
    }

    @Override
    public void save(CheckpointId checkpoint, Manifest manifest) {
        kept.put(checkpoint, manifest);
    }

    @Override
    public void delete(CheckpointId checkpoint) {
        kept.remove(checkpoint);
    }
}
