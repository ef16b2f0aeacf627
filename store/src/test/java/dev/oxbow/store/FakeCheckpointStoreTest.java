package dev.oxbow.store;

import dev.oxbow.engine.CheckpointStore;

class FakeCheckpointStoreTest extends CheckpointStoreContract {
    private final FakeCheckpointStore store = new FakeCheckpointStore();

    @Override
    CheckpointStore store() {
        return store;
    }
}
