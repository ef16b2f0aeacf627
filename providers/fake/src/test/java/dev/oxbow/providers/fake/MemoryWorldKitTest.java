package dev.oxbow.providers.fake;

import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import dev.oxbow.sandbox.kit.SandboxProviderContract;
import java.util.List;

class MemoryWorldKitTest extends SandboxProviderContract {
    private static final FakeWorld WORLD = FakeWorld.inMemory();

    @Override
    protected ProviderUnderTest subject() {
        return new ProviderUnderTest() {
            @Override
            public SandboxProvider open() {
                return new FakeProvider(WORLD);
            }

            @Override
            public boolean crash(SandboxId sandbox) {
                WORLD.lose(sandbox);
                return true;
            }

            @Override
            public List<String> connectTo(int port) {
                return List.of("connect", Integer.toString(port));
            }

            @Override
            public void close() {
                WORLD.close();
            }
        };
    }
}
