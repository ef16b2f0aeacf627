package dev.oxbow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Lifetime;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is to become of a sandbox, rule by rule. */
class FateTest {
    private static final Set<Capability> ALL = EnumSet.allOf(Capability.class);

    private static SandboxRecord idle(SandboxState state, Duration idle) {
        return new SandboxRecord(
                SandboxId.next(),
                "fake",
                Tier.PROCESS,
                state,
                1,
                Labels.NONE,
                Instant.EPOCH,
                Lifetime.DEFAULT,
                Instant.EPOCH,
                idle,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private static Fate fate(SandboxRecord record, Set<Capability> offers, boolean inUse) {
        return Fate.of(
                new Fate.Look(record, offers, true, inUse, () -> false, false, Optional.empty()),
                Upkeep.DEFAULT);
    }

    private static Fate after(Duration idle) {
        return fate(idle(SandboxState.READY, idle), ALL, false);
    }

    @Test
    void itIsPausedThenStoppedThenDestroyed() {
        assertThat(after(Duration.ofMinutes(4))).isInstanceOf(Fate.Stay.class);
        assertThat(after(Duration.ofMinutes(5))).isEqualTo(new Fate.Pause("idle 5 min"));
        assertThat(after(Duration.ofMinutes(15))).isEqualTo(new Fate.Stop("idle 15 min"));
        assertThat(after(Duration.ofHours(25))).isInstanceOf(Fate.Stop.class);
        assertThat(after(Duration.ofHours(26)))
                .isEqualTo(new Fate.Destroy(Fate.Cause.ZOMBIE, "idle 26 h"));
    }

    @Test
    void whereThereAreNoPausesItRunsUntilItIsStopped() {
        Set<Capability> offers = EnumSet.of(Capability.STOP_RESUME);
        assertThat(fate(idle(SandboxState.READY, Duration.ofMinutes(6)), offers, false))
                .isInstanceOf(Fate.Stay.class);
        assertThat(fate(idle(SandboxState.READY, Duration.ofMinutes(16)), offers, false))
                .isInstanceOf(Fate.Stop.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATING", "STARTING", "STOPPING", "DEGRADED", "BUSY", "DESTROYED"})
    void whatIsAtWorkOrUnknownStays(SandboxState state) {
        assertThat(fate(idle(state, Duration.ofDays(30)), ALL, false))
                .isInstanceOf(Fate.Stay.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"READY", "PAUSED", "STOPPED", "FAILED", "ARCHIVED"})
    void whatARunNeedsStays(SandboxState state) {
        assertThat(fate(idle(state, Duration.ofDays(30)), ALL, true)).isInstanceOf(Fate.Stay.class);
    }
}
