package dev.oxbow.providers.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.faults.FaultScript;
import dev.oxbow.sandbox.faults.FaultyProvider;
import dev.oxbow.sandbox.faults.Operation;
import dev.oxbow.sandbox.faults.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The faults themselves: a script does what it says, no more and no less. */
class FaultyProviderTest {
    private final FakeWorld world = FakeWorld.inMemory();
    private final VirtualTime time = new VirtualTime();

    @AfterEach
    void close() {
        world.close();
    }

    private FaultyProvider faulty(String script) {
        return FaultyProvider.around(new FakeProvider(world), FaultScript.parse(script), time);
    }

    private static SandboxSpec spec() {
        return SandboxSpec.of(SandboxId.next());
    }

    private static OxException failure(Runnable call) {
        OxException failure = catchThrowableOfType(OxException.class, call::run);
        assertThat(failure).as("nothing failed").isNotNull();
        return failure;
    }

    @Test
    void onlyTheCallsThatARuleNamesFail() {
        FaultyProvider faulty =
                faulty(
                        """
                        // comments and empty lines are nothing

                        list#2: fail(503)
                        list#4-5 : fail(500)   // a range
                        list#7-: fail(503)
                        """);
        boolean[] failed = new boolean[9];
        for (int call = 1; call < failed.length; call++) {
            try {
                faulty.list(Labels.NONE);
            } catch (OxException e) {
                failed[call] = true;
            }
        }
        assertThat(failed)
                .containsExactly(false, false, true, false, true, true, false, true, true);
        assertThat(faulty.calls(Operation.LIST)).isEqualTo(8);
        assertThat(faulty.calls(Operation.GET)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create",
                "create: ",
                "create#0: lost",
                "create#3-2: lost",
                "create#x: lost",
                "fly: lost",
                "create: explode",
                "create: hang(soon)",
                "create: fail(NO_SUCH_CODE)",
                "create: fail(429,{)",
                "attach: garble(0)",
                "create: kill(9)"
            })
    void whatIsNoRuleIsRefusedByItsLine(String line) {
        assertThatThrownBy(() -> FaultScript.parse("list: lost\n" + line))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("line 2");
    }

    @Test
    void aRefusalHasNoEffectAndAnswersByItsStatus() {
        FaultyProvider faulty =
                faulty(
                        """
                        create#1: fail(429, limit 10 sandboxes)
                        create#2: fail(429,{"retry_after_ms":30000})
                        create#3: fail(400,{"message":"memory: 64 GB is too much","field":"memory"})
                        create#4: fail(503,{"reason":"container_starting"})
                        create#5: fail(401)
                        create#6: fill
                        """);
        assertThat(failure(() -> faulty.create(spec())))
                .hasMessage("limit 10 sandboxes")
                .extracting(OxException::code)
                .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        OxException limited = failure(() -> faulty.create(spec()));
        assertThat(limited.code()).isEqualTo(ErrorCode.PROVIDER_RATE_LIMITED);
        assertThat(limited.context()).containsEntry("retry_after_ms", 30_000L);
        OxException invalid = failure(() -> faulty.create(spec()));
        assertThat(invalid.code()).isEqualTo(ErrorCode.INVALID_SANDBOX_CONFIG);
        assertThat(invalid.context()).containsEntry("field", "memory");
        assertThat(invalid).hasMessage("memory: 64 GB is too much");
        assertThat(failure(() -> faulty.create(spec())).code())
                .isEqualTo(ErrorCode.CONTAINER_UNAVAILABLE);
        assertThat(failure(() -> faulty.create(spec())).code())
                .isEqualTo(ErrorCode.PROVIDER_AUTH_FAILED);
        assertThat(failure(() -> faulty.create(spec())).code()).isEqualTo(ErrorCode.NO_SPACE);
        assertThat(faulty.real().list(Labels.NONE)).isEmpty();
    }

    @Test
    void aHangTakesVirtualTimeOnlyAndIsAnsweredInTheEnd() {
        Instant began = time.now();
        assertThat(faulty("create#1: hang(1d)").create(spec()).record().state())
                .isEqualTo(SandboxState.READY);
        assertThat(time.elapsed()).isEqualTo(Duration.ofDays(1));
        assertThat(time.now()).isEqualTo(began.plus(Duration.ofDays(1)));
    }

    @Test
    void theTimeOfDayJumpsWithoutTimePassing() {
        Instant began = time.now();
        faulty("list#1: clock(-1d)").list(Labels.NONE);
        assertThat(time.elapsed()).isZero();
        assertThat(time.now()).isEqualTo(began.minus(Duration.ofDays(1)));
    }

    @Test
    void liesAreToldOfStatesAndLists() {
        FaultyProvider faulty =
                faulty(
                        """
                        get#1: lie(creating)
                        get#2: lie(empty)
                        list#2: lie(stale)
                        destroy#1: lie(ok)
                        """);
        Sandbox sandbox = faulty.create(spec());
        assertThat(faulty.get(sandbox.id()).orElseThrow().record().state())
                .isEqualTo(SandboxState.CREATING);
        assertThat(faulty.get(sandbox.id())).isEmpty();
        assertThat(faulty.list(Labels.NONE)).hasSize(1);
        Sandbox second = faulty.create(spec());
        assertThat(faulty.list(Labels.NONE)).hasSize(1);
        assertThat(faulty.list(Labels.NONE)).hasSize(2);
        faulty.destroy(second.id());
        assertThat(faulty.real().get(second.id())).isPresent();
    }

    @Test
    void nobodyIsKilledWhoCannotBe() {
        FaultyProvider faulty = faulty("exec#1: kill(9,sandbox)");
        Sandbox sandbox = faulty.create(spec());
        assertThatThrownBy(() -> sandbox.exec(ProcessSpec.of("true")))
                .isInstanceOf(IllegalStateException.class);
    }
}
