package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Lifetime;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The clocks of a sandbox: what counts as activity, and what its end depends on. */
public abstract class LifetimeContract extends ProviderContract {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Something happens, and then the sandbox is looked at. */
    private interface Deed {
        void on(Sandbox sandbox) throws Exception;
    }

    private static void awaitIdle(Sandbox sandbox, Duration time) {
        Awaitility.await("idle for " + time)
                .atMost(Duration.ofSeconds(60))
                .until(() -> sandbox.record().idle().compareTo(time) >= 0);
    }

    /** Whether the idle time begins anew with it. */
    private static boolean countsAsActivity(Sandbox sandbox, Deed deed) throws Exception {
        awaitIdle(sandbox, Duration.ofMillis(1100));
        Duration before = sandbox.record().idle();
        deed.on(sandbox);
        return sandbox.record().idle().compareTo(before) < 0;
    }

    private Sandbox living(Lifetime lifetime) {
        return provider().create(SandboxSpec.of(newId()).withLifetime(lifetime));
    }

    @Test
    void theLifetimeIsKeptAndSeenByEverybody() {
        Lifetime asked =
                Lifetime.ENDLESS
                        .pausedAfter(Duration.ofMinutes(2))
                        .stoppedAfter(Duration.ofMinutes(20))
                        .endingAfter(HOUR);
        Sandbox sandbox = living(asked);
        try (SandboxProvider other = subject().open()) {
            SandboxRecord record = other.get(sandbox.id()).orElseThrow().record();
            assertThat(record.lifetime()).isEqualTo(asked);
            assertThat(record.timeLeft().orElseThrow()).isBetween(HOUR.minusMinutes(10), HOUR);
            assertThat(record.expiresAt().orElseThrow())
                    .isBetween(Instant.now().plus(HOUR.minusMinutes(10)), Instant.now().plus(HOUR));
            assertThat(record.lastActivityAt()).isBefore(Instant.now().plusSeconds(60));
        }
        assertThat(sandbox().record().lifetime()).isEqualTo(Lifetime.DEFAULT);
    }

    @Test
    void theLifetimeBelongsToTheKeyOfCreation() {
        SandboxSpec spec = SandboxSpec.of(newId()).withLifetime(Lifetime.DEFAULT.endingAfter(HOUR));
        Sandbox sandbox = provider().create(spec);
        sandbox.setLifetime(Lifetime.ENDLESS);
        assertThat(provider().create(spec).record().lifetime()).isEqualTo(Lifetime.ENDLESS);
        refused(
                ErrorCode.IDEMPOTENCY_KEY_REUSED,
                () -> provider().create(spec.withLifetime(Lifetime.DEFAULT)));
    }

    @Test
    void whatHappensInItIsActivityAndLookingIsNot() throws Exception {
        Sandbox sandbox = sandbox();
        write(sandbox, "file", "x");
        assertThat(countsAsActivity(sandbox, Sandbox::record)).isFalse();
        assertThat(countsAsActivity(sandbox, s -> read(s, "file"))).isFalse();
        assertThat(countsAsActivity(sandbox, s -> s.processes())).isFalse();
        assertThat(countsAsActivity(sandbox, s -> provider().list(s.record().labels()))).isFalse();
        assertThat(countsAsActivity(sandbox, s -> write(s, "file", "y"))).isTrue();
        assertThat(countsAsActivity(sandbox, s -> run(s, "true"))).isTrue();
        assertThat(countsAsActivity(sandbox, Sandbox::touch)).isTrue();
    }

    @Test
    void aSandboxIsNotIdleWhileSomethingRunsAndItsEndIsActivity() throws Exception {
        Sandbox sandbox = sandbox();
        SandboxProcess process =
                sandbox.exec(ProcessSpec.of("cat").withStdin(new ProcessSpec.Stdin.Pipe()));
        assertThat(process.awaitExit(Deadline.in(Duration.ofMillis(1100)))).isEmpty();
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.BUSY);
        assertThat(sandbox.record().idle()).isZero();
        Instant began = Instant.now();
        process.closeStdin();
        assertThat(process.awaitExit(soon())).isPresent();
        Duration idle = sandbox.record().idle();
        Duration since = Duration.between(began, Instant.now());
        assertThat(idle).isLessThanOrEqualTo(since.plusMillis(600));
    }

    @Test
    void idleTimeGoesOnWhileItIsPausedAndWakingIsActivity() throws Exception {
        needs(Capability.PAUSE_MEMORY);
        Sandbox sandbox = sandbox();
        awaitIdle(sandbox, Duration.ofMillis(50));
        sandbox.pause();
        assertThat(sandbox.record().idle()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
        assertThat(countsAsActivity(sandbox, Sandbox::start)).isTrue();
    }

    @Test
    void usingASandboxNeverBringsItsEndNearer() throws Exception {
        Sandbox sandbox = living(Lifetime.DEFAULT.endingAfter(HOUR));
        Duration left = sandbox.record().timeLeft().orElseThrow();
        run(sandbox, "true");
        write(sandbox, "file", "x");
        try (SandboxProvider other = subject().open()) {
            other.get(sandbox.id()).orElseThrow().processes();
        }
        Duration then = sandbox.record().timeLeft().orElseThrow();
        assertThat(then).as("only time itself").isBetween(left.minusMinutes(10), left);
        awaitIdle(sandbox, Duration.ofMillis(50));
        sandbox.touch();
        assertThat(sandbox.record().timeLeft().orElseThrow())
                .as("to keep it alive gives it its whole time again")
                .isGreaterThan(then.minusMillis(50));
    }

    @Test
    void aNewLifetimeCountsFromNow() {
        Sandbox sandbox = living(Lifetime.DEFAULT.endingAfter(HOUR));
        sandbox.setLifetime(Lifetime.DEFAULT.endingAfter(HOUR.multipliedBy(5)));
        assertThat(sandbox.record().timeLeft().orElseThrow()).isGreaterThan(HOUR.multipliedBy(4));
        sandbox.setLifetime(Lifetime.DEFAULT);
        assertThat(sandbox.record().timeLeft()).isEmpty();
        assertThat(sandbox.record().expiresAt()).isEmpty();
    }

    @Test
    void anEndThatHasComeIsTold() {
        Sandbox sandbox = living(Lifetime.DEFAULT.endingAfter(Duration.ofMillis(1)));
        Awaitility.await("its end")
                .atMost(Duration.ofSeconds(60))
                .until(() -> sandbox.record().timeLeft().orElseThrow().isZero());
        assertThat(sandbox.record().state())
                .as("who acts on it is whoever looks after sandboxes")
                .isEqualTo(SandboxState.READY);
    }

    @Test
    void theClocksOfASandboxThatIsGoneAreRefused() {
        Sandbox sandbox = sandbox();
        provider().destroy(sandbox.id());
        refused(ErrorCode.SANDBOX_NOT_FOUND, sandbox::touch);
        refused(ErrorCode.SANDBOX_NOT_FOUND, () -> sandbox.setLifetime(Lifetime.DEFAULT));
    }
}
