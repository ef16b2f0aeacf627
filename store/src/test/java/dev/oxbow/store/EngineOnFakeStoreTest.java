package dev.oxbow.store;

import java.nio.file.Path;

/** The engine again, on records in memory: it leans on nothing but what a store promises. */
class EngineOnFakeStoreTest extends EngineTest {
    @Override
    Installation installation(Path root) throws Exception {
        FakeRunStore store = new FakeRunStore();
        return new Installation(root, _ -> store);
    }
}
