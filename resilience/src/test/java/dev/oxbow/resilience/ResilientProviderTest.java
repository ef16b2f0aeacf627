package dev.oxbow.resilience;

import static dev.oxbow.resilience.FarAway.failure;
import static dev.oxbow.resilience.FarAway.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.faults.Operation;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the failure matrix that concern one call to a provider. */
@Timeout(60)
class ResilientProviderTest {

    @Test
    void f01_aCreationThatIsNotAnsweredIsAskedForAgainByItsKey() {
        try (FarAway far = new FarAway("create#1: hang(61s)")) {
            SandboxSpec spec = spec();
            assertThat(far.provider.create(spec).record().state()).isEqualTo(SandboxState.READY);
            assertThat(far.calls(Operation.CREATE)).isEqualTo(2);
            assertThat(far.faulty.real().list(Labels.NONE)).hasSize(1);
        }
    }

    @Test
    void f01_aCreationThatIsNeverAnsweredIsATimeoutOfUnknownEffect() {
        try (FarAway far = new FarAway("create#1,2: hang(61s)")) {
            OxException failure =
                    failure(ErrorCode.PROVIDER_TIMEOUT, () -> far.provider.create(spec()));
            assertThat(failure)
                    .hasMessage("fake sandbox create failed: no answer after 2 attempts of 60 s");
            assertThat(failure.admitted()).isEqualTo(OxException.Admitted.UNKNOWN);
            assertThat(failure.context())
                    .containsEntry("provider", "fake")
                    .containsEntry("operation", "create");
            assertThat(far.calls(Operation.CREATE)).isEqualTo(2);
        }
    }

    @Test
    void f03_whatIsInvalidIsAskedForOnce() {
        try (FarAway far =
                new FarAway("create: fail(400, memory: 64 GB is above the limit of 32 GB)")) {
            OxException failure =
                    failure(ErrorCode.INVALID_SANDBOX_CONFIG, () -> far.provider.create(spec()));
            assertThat(failure).hasMessageContaining("memory: 64 GB is above the limit of 32 GB");
            assertThat(far.calls(Operation.CREATE)).isEqualTo(1);
            assertThat(far.provider.list(Labels.NONE)).isEmpty();
        }
    }

    @Test
    void f04_aProviderThatIsDownIsLeftAloneAndProbed() {
        try (FarAway far = new FarAway("list#1-6: fail(503)")) {
            String since =
                    DateTimeFormatter.ofPattern("HH:mm")
                            .format(far.time.now().atZone(ZoneId.systemDefault()));
            for (int i = 0; i < 2; i++) {
                failure(ErrorCode.PROVIDER_UNAVAILABLE, () -> far.provider.list(Labels.NONE));
            }
            failure(ErrorCode.PROVIDER_UNAVAILABLE, () -> far.provider.list(Labels.NONE));
            assertThat(far.calls(Operation.LIST)).isEqualTo(5);

            OxException open =
                    failure(ErrorCode.PROVIDER_UNAVAILABLE, () -> far.provider.create(spec()));
            assertThat(open)
                    .hasMessageContaining("unavailable since " + since + ", next probe in 30 s");
            assertThat(open.context()).containsEntry("retry_after_ms", 29_500L);
            assertThat(open.admitted()).isEqualTo(OxException.Admitted.NO);
            assertThat(far.calls(Operation.CREATE)).isZero();

            far.time.advance(Duration.ofSeconds(30));
            failure(ErrorCode.PROVIDER_UNAVAILABLE, () -> far.provider.list(Labels.NONE));
            assertThat(far.calls(Operation.LIST)).as("one probe").isEqualTo(6);

            far.time.advance(Duration.ofSeconds(30));
            assertThat(far.provider.list(Labels.NONE)).isEmpty();
            assertThat(far.provider.create(spec()).record().state()).isEqualTo(SandboxState.READY);
        }
    }

    @Test
    void f04_failuresThatAreFarApartOpenNothing() {
        try (FarAway far = new FarAway("list#1-20: fail(503)")) {
            for (int i = 0; i < 10; i++) {
                failure(ErrorCode.PROVIDER_UNAVAILABLE, () -> far.provider.list(Labels.NONE));
                far.time.advance(Duration.ofSeconds(61));
            }
            assertThat(far.calls(Operation.LIST)).isEqualTo(20);
        }
    }

    @Test
    void f21_aDestructionThatFailsIsTriedAgainAndThenTold() {
        try (FarAway far = new FarAway("destroy#1-4: fail(500)")) {
            Sandbox sandbox = far.provider.create(spec());
            OxException failure =
                    failure(ErrorCode.DESTROY_FAILED, () -> far.provider.destroy(sandbox.id()));
            assertThat(failure)
                    .hasMessageContaining(
                            "attempt 3 failed (answered 500); will retry; still billed");
            assertThat(far.provider.list(Labels.NONE)).hasSize(1);
            far.time.advance(Duration.ofMinutes(5));
            far.provider.destroy(sandbox.id());
            assertThat(far.provider.list(Labels.NONE)).isEmpty();
        }
    }

    @Test
    void f21_anAnswerThatItIsDoneDoesNotCountWhileItIsStillListed() {
        try (FarAway far = new FarAway("destroy#1: lie(ok)")) {
            Sandbox sandbox = far.provider.create(spec());
            far.provider.destroy(sandbox.id());
            assertThat(far.calls(Operation.DESTROY)).isEqualTo(2);
            assertThat(far.faulty.real().get(sandbox.id())).isEmpty();
        }
        try (FarAway far = new FarAway("destroy: lie(ok)")) {
            Sandbox sandbox = far.provider.create(spec());
            assertThat(failure(ErrorCode.DESTROY_FAILED, () -> far.provider.destroy(sandbox.id())))
                    .hasMessageContaining("it is still listed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "get"})
    void f34_aLookUpThatFailsIsNeverAnAbsence(String operation) {
        try (FarAway far = new FarAway(operation + ": fail(500)")) {
            OxException failure =
                    failure(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            () -> {
                                if (operation.equals("list")) {
                                    far.provider.list(Labels.NONE);
                                } else {
                                    far.provider.get(SandboxId.next());
                                }
                            });
            assertThat(failure.context()).containsEntry("operation", "lookup");
        }
    }

    @Test
    void f34_aLookUpThatFailsOnceIsRepeated() {
        try (FarAway far = new FarAway("list#1: fail(500)\nget#1: garble(1)")) {
            Sandbox sandbox = far.provider.create(spec());
            assertThat(far.provider.list(Labels.NONE)).hasSize(1);
            assertThat(far.provider.get(sandbox.id())).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "container_starting",
                "container_unhealthy",
                "container_replaced",
                "rpc_upgrade_failed",
                "no_container_instance_available",
                "max_container_instances_exceeded",
                "container_unreachable"
            })
    void f47_noCapacityIsWaitedForAsLongAsAsked(String reason) {
        String fault = "fail(503,{\"reason\":\"%s\",\"retry_after_ms\":5000})".formatted(reason);
        try (FarAway far = new FarAway("create#1-3: " + fault)) {
            assertThat(far.provider.create(spec()).record().state()).isEqualTo(SandboxState.READY);
            assertThat(far.time.elapsed()).isEqualTo(Duration.ofSeconds(15));
        }
        try (FarAway far = new FarAway("create: " + fault)) {
            OxException failure =
                    failure(ErrorCode.CONTAINER_UNAVAILABLE, () -> far.provider.create(spec()));
            assertThat(failure).hasMessageContaining(reason + "; retry in 5 s");
            assertThat(failure.context())
                    .containsEntry("retry_after_ms", 5_000L)
                    .containsEntry("reason", reason);
            assertThat(failure.admitted()).isEqualTo(OxException.Admitted.NO);
            assertThat(far.time.elapsed()).isLessThanOrEqualTo(Duration.ofMinutes(2));
        }
    }

    @Test
    void f49_aRateLimitIsKeptByEveryCallUntilTheProviderLetsUsBack() {
        String fault = "fail(429,{\"retry_after_ms\":12000})";
        try (FarAway far = new FarAway("create#1: " + fault)) {
            far.provider.create(spec());
            assertThat(far.time.elapsed()).isEqualTo(Duration.ofSeconds(12));
        }
        try (FarAway far =
                new FarAway(
                        """
                        create#1: fail(429,{"retry_after_ms":12000})
                        create#2: fail(429,{"retry_after_ms":130000})
                        """)) {
            OxException failure =
                    failure(ErrorCode.PROVIDER_RATE_LIMITED, () -> far.provider.create(spec()));
            assertThat(failure).hasMessageContaining("waited 12 s, next try in 130 s");
            assertThat(failure.context()).containsEntry("retry_after_ms", 130_000L);
            int before = far.calls(Operation.LIST);
            failure(ErrorCode.PROVIDER_RATE_LIMITED, () -> far.provider.list(Labels.NONE));
            assertThat(far.calls(Operation.LIST)).as("nobody asks before").isEqualTo(before);
            far.time.advance(Duration.ofSeconds(130));
            assertThat(far.provider.list(Labels.NONE)).isEmpty();
        }
    }

    @Test
    void f49_whoAsksForNoPauseIsNotAskedWithoutEnd() {
        try (FarAway far = new FarAway("list: fail(429,{\"retry_after_ms\":0})")) {
            failure(ErrorCode.PROVIDER_RATE_LIMITED, () -> far.provider.list(Labels.NONE));
            assertThat(far.calls(Operation.LIST)).isLessThan(20);
        }
    }

    @Test
    void f54_aClockThatJumpsChangesNeitherPauseNorCircuit() {
        try (FarAway far =
                new FarAway(
                        """
                        list#2: clock(-1d)
                        list#3: clock(+1d)
                        list#4: clock(+1d)
                        list#1-5: fail(503)
                        create: clock(-1d)
                        """)) {
            for (int i = 0; i < 3; i++) {
                failure(ErrorCode.PROVIDER_UNAVAILABLE, () -> far.provider.list(Labels.NONE));
            }
            assertThat(failure(ErrorCode.PROVIDER_UNAVAILABLE, () -> far.provider.create(spec())))
                    .hasMessageContaining("next probe in 30 s");
            far.time.jump(Duration.ofDays(1));
            failure(ErrorCode.PROVIDER_UNAVAILABLE, () -> far.provider.create(spec()));
            far.time.advance(Duration.ofSeconds(30));
            far.provider.create(spec());
            assertThat(far.time.elapsed()).isLessThan(Duration.ofSeconds(40));
        }
    }

    @Test
    void f55_aHalfOpenConnectionIsGivenUpAtItsDeadline() {
        try (FarAway far = new FarAway("get: halfOpen")) {
            assertThat(
                            failure(
                                    ErrorCode.PROVIDER_TIMEOUT,
                                    () -> far.provider.get(SandboxId.next())))
                    .hasMessageContaining("no answer after 2 attempts of 60 s");
        }
    }

    @Test
    void f56_aSandboxThatCouldNotBeDestroyedGoesAtLast() {
        try (FarAway far = new FarAway("destroy#1-10: fail(500)")) {
            Sandbox sandbox = far.provider.create(spec());
            int rounds = 0;
            while (far.faulty.real().get(sandbox.id()).isPresent() && rounds < 10) {
                rounds++;
                try {
                    far.provider.destroy(sandbox.id());
                } catch (OxException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.DESTROY_FAILED);
                }
                far.time.advance(Duration.ofMinutes(5));
            }
            assertThat(far.calls(Operation.DESTROY)).isEqualTo(11);
            far.provider.destroy(sandbox.id());
        }
    }
}
