package dev.oxbow.providers.local;

import dev.oxbow.sandbox.Tier;
import dev.oxbow.sandbox.kit.CapabilityContract;
import dev.oxbow.sandbox.kit.ExecContract;
import dev.oxbow.sandbox.kit.FilesContract;
import dev.oxbow.sandbox.kit.IsolationContract;
import dev.oxbow.sandbox.kit.LifecycleContract;
import dev.oxbow.sandbox.kit.OutputContract;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import dev.oxbow.sandbox.kit.SignalContract;
import dev.oxbow.sandbox.kit.WatchContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** What the conformance kit asks of sandboxes that have no walls. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessTierKitTest {
    private final LocalWorld world = new LocalWorld(Tier.PROCESS);

    @BeforeAll
    void needTheTools() {
        Needs.theTools();
    }

    @AfterAll
    void close() {
        world.close();
    }

    @Nested
    class Capabilities extends CapabilityContract {
        @Override
        protected ProviderUnderTest subject() {
            return world;
        }
    }

    @Nested
    class Lifecycle extends LifecycleContract {
        @Override
        protected ProviderUnderTest subject() {
            return world;
        }
    }

    @Nested
    class Exec extends ExecContract {
        @Override
        protected ProviderUnderTest subject() {
            return world;
        }
    }

    @Nested
    class Output extends OutputContract {
        @Override
        protected ProviderUnderTest subject() {
            return world;
        }
    }

    @Nested
    class Files extends FilesContract {
        @Override
        protected ProviderUnderTest subject() {
            return world;
        }
    }

    @Nested
    class Watch extends WatchContract {
        @Override
        protected ProviderUnderTest subject() {
            return world;
        }
    }

    @Nested
    class Signals extends SignalContract {
        @Override
        protected ProviderUnderTest subject() {
            return world;
        }
    }

    @Nested
    class Isolation extends IsolationContract {
        @Override
        protected ProviderUnderTest subject() {
            return world;
        }
    }
}
