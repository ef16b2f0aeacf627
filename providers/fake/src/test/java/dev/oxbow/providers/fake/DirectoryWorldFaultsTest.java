package dev.oxbow.providers.fake;

import dev.oxbow.sandbox.kit.FaultContract;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectoryWorldFaultsTest extends FaultContract {
    private final DirectoryWorld subject = new DirectoryWorld();

    @Override
    protected ProviderUnderTest subject() {
        return subject;
    }

    @AfterAll
    void closeWorld() {
        subject.close();
    }
}
