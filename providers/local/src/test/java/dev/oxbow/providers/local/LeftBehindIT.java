package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a command leaves running when it ends. */
class LeftBehindIT {

    private static ProcessExit end(Sandbox sandbox, String script) throws InterruptedException {
        return sandbox.exec(ProcessSpec.of("sh", "-c", script))
                .awaitExit(Deadline.in(Duration.ofSeconds(30)))
                .orElseThrow();
    }

    @Test
    void f59_whatIsLeftBehindIsEndedAndCounted() throws Exception {
        Needs.theTools();
        LocalWorld world = new LocalWorld();
        try (LocalProvider provider = world.open()) {
            Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
            try {
                ProcessExit left = end(sandbox, "(sleep 600 &); setsid sleep 600 & exit 3");
                assertThat(left.exitCode()).hasValue(3);
                assertThat(left.leftBehind()).isEqualTo(2);
                assertThat(end(sandbox, "sleep 0.01 & wait").leftBehind()).isZero();
            } finally {
                provider.destroy(sandbox.id());
            }
        } finally {
            world.close();
        }
    }
}
