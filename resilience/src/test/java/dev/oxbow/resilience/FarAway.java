package dev.oxbow.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.providers.fake.FakeProvider;
import dev.oxbow.providers.fake.FakeWorld;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.faults.FaultScript;
import dev.oxbow.sandbox.faults.FaultyProvider;
import dev.oxbow.sandbox.faults.Operation;
import dev.oxbow.sandbox.faults.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;

/** A fake provider behind a connection on which a script plays, used with patience. */
final class FarAway implements AutoCloseable {
    final FakeWorld world = FakeWorld.inMemory();
    final VirtualTime time = new VirtualTime();
    final FaultyProvider faulty;
    final ResilientProvider provider;

    FarAway(String script) {
        faulty = FaultyProvider.around(new FakeProvider(world), FaultScript.parse(script), time);
        provider = new ResilientProvider(faulty, Patience.REMOTE, time);
    }

    static SandboxSpec spec() {
        return SandboxSpec.of(SandboxId.next());
    }

    int calls(Operation operation) {
        return faulty.calls(operation);
    }

    static OxException failure(ErrorCode code, Runnable call) {
        OxException failure = catchThrowableOfType(OxException.class, call::run);
        assertThat(failure).as("expected %s", code).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure.getMessage()).doesNotContain("\n");
        return failure;
    }

    /** What a process writes to standard output, to its end. */
    static byte[] output(SandboxProcess process) throws InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Deadline deadline = Deadline.in(Duration.ofSeconds(30));
        try (OutputReader reader = process.read(Cursor.START)) {
            while (!deadline.expired()) {
                Optional<OutputFrame> frame = reader.next(Deadline.in(Duration.ofMillis(100)));
                if (frame.isPresent() && frame.get() instanceof OutputFrame.Exit) {
                    return all.toByteArray();
                }
                if (frame.isPresent() && frame.get() instanceof OutputFrame.Data data) {
                    assertThat(data.offset()).isEqualTo(all.size());
                    all.writeBytes(data.bytes());
                }
            }
        }
        throw new AssertionError("the output did not end");
    }

    @Override
    public void close() {
        world.close();
    }
}
