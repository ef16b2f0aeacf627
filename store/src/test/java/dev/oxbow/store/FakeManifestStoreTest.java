package dev.oxbow.store;

import dev.oxbow.workspace.ManifestStore;

class FakeManifestStoreTest extends ManifestStoreContract {
    private final ManifestStore store = new FakeManifestStore();

    @Override
    ManifestStore store() {
        return store;
    }
}
