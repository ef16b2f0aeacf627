package dev.oxbow.providers.local;

import dev.oxbow.sandbox.kit.ProviderUnderTest;
import dev.oxbow.sandbox.kit.SandboxProviderContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The conformance kit, as the user that runs the tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalKitTest extends SandboxProviderContract {
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
