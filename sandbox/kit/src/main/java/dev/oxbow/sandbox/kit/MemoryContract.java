package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ByteSize;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Death by the memory limit, told apart from every other death. */
public abstract class MemoryContract extends ProviderContract {
    private Sandbox small() {
        return provider()
                .create(
                        SandboxSpec.of(newId())
                                .withLimits(
                                        new Limits(
                                                Optional.of(ByteSize.mebibytes(64)),
                                                OptionalDouble.empty(),
                                                OptionalInt.empty(),
                                                Optional.empty())));
    }

    @Test
    void f13_reachingTheMemoryLimitIsToldByEvidence() throws InterruptedException {
        needs(Capability.OOM_SIGNAL);
        // tail keeps a line until it ends, and this one does not.
        ProcessExit exit = run(small(), "exec tail /dev/zero").exit();
        assertThat(exit.exitCode()).hasValue(137);
        assertThat(exit.oomKilled()).isTrue();
    }

    @Test
    void f13_aChildThatReachedTheLimitIsTold() throws InterruptedException {
        needs(Capability.OOM_SIGNAL);
        ProcessExit exit = run(small(), "tail /dev/zero; exit 1").exit();
        assertThat(exit.oomKilled()).isTrue();
    }

    @Test
    void f13_beingKilledWithinTheLimitIsNot() throws InterruptedException {
        Sandbox sandbox = small();
        assertThat(run(sandbox, "kill -9 $$").exit().oomKilled()).isFalse();
        assertThat(run(sandbox, "exit 137").exit().oomKilled()).isFalse();
        assertThat(run(sandbox, "exit 0").exit().oomKilled()).isFalse();
    }

    @Test
    void f13_anEarlierDeathByMemoryIsNotBlamedOnALaterCommand() throws InterruptedException {
        needs(Capability.OOM_SIGNAL);
        Sandbox sandbox = small();
        run(sandbox, "exec tail /dev/zero");
        assertThat(run(sandbox, "kill -9 $$").exit().oomKilled()).isFalse();
        assertThat(run(sandbox, "echo fine").out()).isEqualTo("fine\n");
    }
}
