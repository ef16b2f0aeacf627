package dev.oxbow.providers.local;

import dev.oxbow.sandbox.kit.FaultContract;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The provider behind a bad connection, as the user that runs the tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalFaultsTest extends FaultContract {
    private final LocalWorld world = new LocalWorld();

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
