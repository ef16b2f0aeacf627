package dev.oxbow.providers.local;

import dev.oxbow.sandbox.kit.CheckpointModelContract;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Random changes, checkpoints, rollbacks and forks while layers are joined all the time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JoiningModelIT extends CheckpointModelContract {
    private final LocalWorld world = new LocalWorld(new LayerJoining.Limits(1, 3));

    @BeforeAll
    void needTheTools() {
        Needs.theTools();
    }

    @Override
    protected ProviderUnderTest subject() {
        return world;
    }

    @AfterAll
    void close() {
        world.close();
    }
}
