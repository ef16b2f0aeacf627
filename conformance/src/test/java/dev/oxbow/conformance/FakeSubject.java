package dev.oxbow.conformance;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.SandboxId;
import dev.oxbow.providers.fake.FakeProvider;
import dev.oxbow.providers.fake.FakeWorld;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import java.util.List;

/** A provider in memory, whole or with a defect: each object fails at its first creation. */
final class FakeSubject implements ProviderUnderTest {
    private final FakeWorld world = FakeWorld.inMemory();
    private final boolean defective;

    FakeSubject(boolean defective) {
        this.defective = defective;
    }

    @Override
    public SandboxProvider open() {
        if (defective) {
            world.failNext("create", ErrorCode.NO_SPACE);
        }
        return new FakeProvider(world);
    }

    @Override
    public boolean crash(SandboxId sandbox) {
        world.lose(sandbox);
        return true;
    }

    @Override
    public List<String> connectTo(int port) {
        return List.of("connect", Integer.toString(port));
    }

    @Override
    public void close() {
        world.close();
    }
}
