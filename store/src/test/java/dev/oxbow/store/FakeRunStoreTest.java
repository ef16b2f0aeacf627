package dev.oxbow.store;

import dev.oxbow.engine.RunStore;

class FakeRunStoreTest extends RunStoreContract {
    private final RunStore store = new FakeRunStore();

    @Override
    RunStore store() {
        return store;
    }
}
