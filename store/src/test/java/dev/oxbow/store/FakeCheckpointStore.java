package dev.oxbow.store;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.CheckpointRecord;
import dev.oxbow.engine.CheckpointStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** A {@link CheckpointStore} in memory. */
final class FakeCheckpointStore implements CheckpointStore {
    private final Map<CheckpointId, CheckpointRecord> checkpoints =
            new ConcurrentSkipListMap<>(Comparator.comparing(CheckpointId::value));
    private final Map<SandboxId, PendingRollback> rollbacks = new ConcurrentHashMap<>();

    @Override
    public void add(CheckpointRecord checkpoint) {
        checkpoints.put(checkpoint.id(), checkpoint);
    }

    @Override
    public Optional<CheckpointRecord> find(CheckpointId id) {
        return Optional.ofNullable(checkpoints.get(id));
    }

    @Override
    public List<CheckpointRecord> all() {
        return List.copyOf(checkpoints.values());
    }

    @Override
    public void delete(CheckpointId id) {
        checkpoints.remove(id);
    }

    @Override
    public void begin(PendingRollback rollback) {
        rollbacks.put(rollback.sandbox(), rollback);
    }

    @Override
    public Optional<PendingRollback> pending(SandboxId sandbox) {
        return Optional.ofNullable(rollbacks.get(sandbox));
    }

    @Override
    public void end(SandboxId sandbox) {
        rollbacks.remove(sandbox);
    }
}
