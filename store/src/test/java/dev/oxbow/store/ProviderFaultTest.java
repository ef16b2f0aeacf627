package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.Keeping;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.Tier;
import dev.oxbow.sandbox.faults.Operation;
import dev.oxbow.store.FarInstallation.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the failure matrix in which a provider fails under a run. */
@Timeout(120)
class ProviderFaultTest {
    private static final String MAKE = "echo made > made.txt";

    @TempDir Path dir;

    @Test
    void f01_anotherProviderStandsInForOneThatDoesNotAnswer() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "create#1,2: hang(61s)")) {
            Ended ended = far.run(far.script(MAKE));

            assertThat(ended.outcome().exitCode()).isZero();
            assertThat(far.calls(Operation.CREATE)).isEqualTo(2);
            assertThat(ended.told())
                    .contains("no answer after 2 attempts of 60 s")
                    .contains("phase=fallback_local");
            assertThat(far.engine.run(ended.run()).provider()).isEqualTo("local");
            assertThat(far.made()).hasContent("made\n");
            await("orphans").until(() -> far.far().isEmpty());
            assertThat(far.near())
                    .extracting(Sandbox::id)
                    .containsExactly(far.engine.run(ended.run()).sandbox().orElseThrow());
        }
    }

    @Test
    void f01_whoStoodInKeepsTheWorktreeItHas() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "create#1,2: hang(61s)")) {
            SandboxId id = far.sandboxWithWork();
            Ended second = far.run(far.script(MAKE));

            assertThat(second.types()).contains("sandbox.reused");
            assertThat(far.engine.run(second.run()).sandbox()).contains(id);
            assertThat(far.calls(Operation.CREATE)).isEqualTo(2);
            assertThat(far.near()).extracting(Sandbox::id).containsExactly(id);
            await("orphans").until(() -> far.far().isEmpty());
        }
    }

    @Test
    void f01_withoutAStandInTheTimeoutIsTheEnd() throws Exception {
        try (FarInstallation far =
                new FarInstallation(dir, "create: hang(61s)", Optional.empty())) {
            Ended ended = far.run(far.script(MAKE));

            assertThat(ended.outcome().code()).contains(ErrorCode.PROVIDER_TIMEOUT);
            assertThat(ended.outcome().message())
                    .isEqualTo("far sandbox create failed: no answer after 2 attempts of 60 s");
            assertThat(ended.outcome().exitCode()).isEqualTo(69);
            assertThat(far.near()).isEmpty();
            assertThat(far.made()).doesNotExist();
        }
    }

    @Test
    void f01_weakerWallsNeverStandIn() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "create: hang(61s)")) {
            Ended ended = far.run(far.script(MAKE).tier(Tier.NAMESPACE));

            assertThat(ended.outcome().exitCode()).isNotZero();
            assertThat(far.near()).isEmpty();
        }
    }

    @Test
    void f02_aRunWaitsForRoomAndSaysWhereInLineItIs() throws Exception {
        try (FarInstallation far =
                new FarInstallation(dir, "create#1-3: fail(429, limit 10 sandboxes, 10 in use)")) {
            Ended ended = far.run(far.script(MAKE));

            assertThat(ended.outcome().exitCode()).isZero();
            assertThat(ended.types()).contains("run.queued");
            assertThat(far.calls(Operation.CREATE)).isEqualTo(4);
            assertThat(far.far()).hasSize(1);
        }
    }

    @Test
    void f02_aRunThatGetsNoRoomIsToldHowLongItWaited() throws Exception {
        try (FarInstallation far =
                new FarInstallation(dir, "create: fail(429, limit 10 sandboxes, 10 in use)")) {
            Ended ended = far.run(far.script(MAKE));

            assertThat(ended.outcome().code()).contains(ErrorCode.QUOTA_EXCEEDED);
            assertThat(ended.outcome().message())
                    .contains("limit 10 sandboxes, 10 in use; queued 10 min");
            assertThat(far.far()).isEmpty();
            assertThat(far.near()).as("a full provider is not a dead one").isEmpty();
        }
    }

    @Test
    void f03_anInvalidConfigurationIsRefusedAtOnce() throws Exception {
        try (FarInstallation far =
                new FarInstallation(
                        dir, "create: fail(400, memory: 64 GB is above the limit of 32 GB)")) {
            Ended ended = far.run(far.script(MAKE));

            assertThat(ended.outcome().code()).contains(ErrorCode.INVALID_SANDBOX_CONFIG);
            assertThat(ended.outcome().message())
                    .contains("memory: 64 GB is above the limit of 32 GB");
            assertThat(far.calls(Operation.CREATE)).isEqualTo(1);
            assertThat(far.near()).isEmpty();
        }
    }

    @Test
    void f04_anOutageIsBridgedByTheStandInAndThenByNobody() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "*: fail(503)")) {
            assertThat(far.run(far.script(MAKE)).outcome().exitCode()).isZero();
            assertThat(far.near()).hasSize(1);
        }
        try (FarInstallation far =
                new FarInstallation(dir.resolve("other"), "*: fail(503)", Optional.empty())) {
            far.run(far.script(MAKE));
            far.run(far.script(MAKE));
            Ended third = far.run(far.script(MAKE));
            assertThat(third.outcome().code()).contains(ErrorCode.PROVIDER_UNAVAILABLE);
            assertThat(third.outcome().message())
                    .containsPattern("unavailable since \\d\\d:\\d\\d, next probe in \\d+ s");
        }
    }

    @Test
    void f04_workThatCannotBeReachedIsNotLeftBehind() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "list#2-: fail(503)")) {
            SandboxId known = far.sandboxWithWork();
            Ended ended = far.run(far.script(MAKE));

            assertThat(ended.outcome().code()).contains(ErrorCode.PROVIDER_UNAVAILABLE);
            assertThat(far.near()).isEmpty();
            assertThat(far.far()).extracting(Sandbox::id).containsExactly(known);
        }
    }

    @Test
    void f09_aSandboxThatWasCollectedIsMadeAnew() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "resume#1: vanish")) {
            SandboxId old = far.sandboxWithWork();
            far.far().getFirst().stop();
            Ended ended = far.run(far.script(MAKE));

            SandboxId fresh = far.engine.run(ended.run()).sandbox().orElseThrow();
            assertThat(ended.outcome().exitCode()).isZero();
            assertThat(ended.types()).contains("sandbox.recreated");
            assertThat(ended.told()).contains(old + " is gone; created " + fresh);
            assertThat(far.far()).extracting(Sandbox::id).containsExactly(fresh);
        }
    }

    @Test
    void f10_aBrokenSandboxIsReplacedOnceItsWorkIsSaved() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "list#2: lie(failed)")) {
            SandboxId old = far.sandboxWithWork();
            Ended ended = far.run(far.script(MAKE));

            assertThat(ended.outcome().exitCode()).isZero();
            assertThat(ended.told())
                    .contains("SANDBOX_CORRUPTED")
                    .contains(old + " unusable (failed); 0 files recovered; recreated");
            assertThat(far.far()).hasSize(1).extracting(Sandbox::id).doesNotContain(old);
        }
    }

    @Test
    void f14_aCrashInTheMiddleIsToldWithWhatCouldBeSaved() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "attach#1: kill(9,sandbox)")) {
            Ended ended = far.run(far.script(MAKE + "; echo half; sleep 999"));

            assertThat(ended.outcome().code()).contains(ErrorCode.SANDBOX_CRASHED);
            assertThat(ended.outcome().message())
                    .matches("sandbox lost at \\d\\d:\\d\\d; 1 files recovered");
            assertThat(ended.outcome().partial()).isTrue();
            assertThat(far.made()).hasContent("made\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attach#1: reset(5)",
                "attach#1: reset(0)\nattach#2: fail(503)",
                "attach#1: reset(0)\nattach#2-5: fail(503)",
                "attach#1: truncate(3)",
                "attach#1: garble(1)"
            })
    void f15_aBadStreamCostsTheRunNothing(String script) throws Exception {
        try (FarInstallation far = new FarInstallation(dir, script)) {
            Ended ended = far.run(far.script("echo one two three; sleep 0.2; " + MAKE));

            assertThat(ended.outcome().exitCode()).isZero();
            assertThat(far.made()).hasContent("made\n");
        }
    }

    @Test
    void f21_whatCannotBeRemovedIsWrittenDownAndGoesLater() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "destroy#1-3: fail(500)")) {
            Ended ended = far.run(far.script(MAKE).keeping(Keeping.REMOVE));

            assertThat(ended.outcome().exitCode()).isZero();
            assertThat(ended.told())
                    .contains("attempt 3 failed (answered 500); will retry; still billed");
            assertThat(far.far()).hasSize(1);

            try (Engine next = far.installation.engine()) {
                next.recover();
            }
            assertThat(far.far()).as("not due yet").hasSize(1);
            assertThat(dir.resolve("data/leftovers")).isNotEmptyDirectory();
        }
    }

    @Test
    void f21_aSandboxThatIsToGoIsNotUsedAgain() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "destroy#1-3: fail(500)")) {
            Ended first = far.run(far.script(MAKE).keeping(Keeping.REMOVE));
            Ended second = far.run(far.script("true"));

            assertThat(far.engine.run(second.run()).sandbox())
                    .isNotEqualTo(far.engine.run(first.run()).sandbox());
            assertThat(second.types()).contains("sandbox.created");
        }
    }

    @Test
    void f21_aSandboxThatSomebodyCouldNotRemoveIsNotUsedAgain() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "destroy#1-3: fail(500)")) {
            SandboxId id = far.sandboxWithWork();
            assertThatThrownBy(() -> far.engine.remove(id, true))
                    .isInstanceOfSatisfying(
                            OxException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.DESTROY_FAILED));

            Ended next = far.run(far.script("true"));

            assertThat(far.engine.run(next.run()).sandbox()).isPresent().get().isNotEqualTo(id);
        }
    }

    @Test
    void f34_aLookUpThatFailsSaysThatNothingWasCreated() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "list: fail(500)", Optional.empty())) {
            Ended ended = far.run(far.script(MAKE));

            assertThat(ended.outcome().code()).contains(ErrorCode.PROVIDER_UNAVAILABLE);
            assertThat(ended.outcome().message())
                    .contains("could not list sandboxes; nothing was created");
            assertThat(far.calls(Operation.CREATE)).isZero();
            assertThat(far.far()).isEmpty();
        }
    }

    @Test
    void f36_aListThatLagsBehindMakesNoSecondSandbox() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "list#2: lie(stale)")) {
            SandboxId known = far.sandboxWithWork();
            Ended ended = far.run(far.script(MAKE));

            assertThat(ended.types()).contains("sandbox.reused").doesNotContain("sandbox.created");
            assertThat(far.far()).extracting(Sandbox::id).containsExactly(known);
        }
    }

    @Test
    void f46_aSandboxThatNeverGetsReadyIsGivenUpAndGoes() throws Exception {
        try (FarInstallation far =
                new FarInstallation(
                        dir, "list#2: lie(creating)\nget: lie(creating)", Optional.empty())) {
            far.run(far.script("true"));
            Ended ended = far.run(far.script(MAKE));

            assertThat(ended.outcome().code()).contains(ErrorCode.PROVIDER_TIMEOUT);
            assertThat(ended.outcome().message()).isEqualTo("stuck in creating: creating 120 s");
            assertThat(far.far()).as("converged").isEmpty();
        }
    }

    @Test
    void f47_noCapacityIsWaitedFor() throws Exception {
        String full =
                "fail(503,{\"reason\":\"no_container_instance_available\",\"retry_after_ms\":5000})";
        try (FarInstallation far = new FarInstallation(dir, "create#1-4: " + full)) {
            assertThat(far.run(far.script(MAKE)).outcome().exitCode()).isZero();
            assertThat(far.time.elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(20));
        }
    }

    @Test
    void f48_anAgentIsStartedOnceThoughItsStartIsNotAnswered() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "exec#1: lost")) {
            Ended ended = far.run(far.script("echo once >> made.txt"));

            assertThat(ended.outcome().exitCode()).isZero();
            assertThat(far.made()).hasContent("once\n");
        }
    }

    @Test
    void f49_aRateLimitIsWaitedOut() throws Exception {
        try (FarInstallation far =
                new FarInstallation(
                        dir,
                        "list#1: fail(429,{\"retry_after_ms\":12000})\n"
                                + "exec#1: fail(429,{\"retry_after_ms\":30000})")) {
            assertThat(far.run(far.script(MAKE)).outcome().exitCode()).isZero();
            assertThat(far.time.elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(42));
        }
    }

    @Test
    void f52_aRemovalThatWasBegunIsFinishedByWhoeverComesNext() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "")) {
            SandboxId id = far.sandboxWithWork();
            leftover(
                    id,
                    "{\"sandbox\":\"%s\",\"provider\":\"far\",\"why\":\"asked for\","
                            + "\"since\":\"2026-03-01T12:00:00Z\",\"attempts\":0}");
            try (Engine next = far.installation.engine()) {
                next.recover();
                await().atMost(Duration.ofSeconds(60)).until(() -> far.far().isEmpty());
                await().atMost(Duration.ofSeconds(60)).until(() -> leftovers() == 0);
            }
        }
    }

    @Test
    void f53_anUnreadableRecordOfARemovalCreatesAndRemovesNothing() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "")) {
            SandboxId id = far.sandboxWithWork();
            leftover(id, "{\"sandbox\":\"%s\",");
            Ended ended = far.run(far.script(MAKE));

            assertThat(ended.outcome().code()).contains(ErrorCode.STORE_UNREADABLE);
            assertThat(far.far()).extracting(Sandbox::id).containsExactly(id);
            assertThat(far.made()).doesNotExist();
        }
    }

    private void leftover(SandboxId id, String json) throws IOException {
        Files.writeString(
                dir.resolve("data/leftovers").resolve(id.value()), json.replace("%s", id.value()));
    }

    private long leftovers() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("data/leftovers"))) {
            return files.count();
        }
    }

    @Test
    void f54_aClockThatJumpsEndsNothing() throws Exception {
        try (FarInstallation far =
                new FarInstallation(
                        dir,
                        "list#1: clock(+1d)\ncreate#1: clock(-1d)\nexec#1: clock(-1d)\n"
                                + "attach#1: clock(+1d)")) {
            Ended ended = far.run(far.script(MAKE).timeout(Duration.ofMinutes(5)));
            assertThat(ended.outcome().exitCode()).isZero();
            assertThat(far.run(far.script("true")).types()).contains("sandbox.reused");
        }
    }

    @Test
    void f55_aHalfOpenConnectionIsGivenUpOrOpenedAnew() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "attach#1,2: halfOpen")) {
            assertThat(far.run(far.script(MAKE)).outcome().exitCode()).isZero();
            assertThat(far.calls(Operation.ATTACH)).isEqualTo(3);
        }
    }

    @Test
    void f56_theAttemptsAreCountedOverAllProcesses() throws Exception {
        try (FarInstallation far = new FarInstallation(dir, "destroy: fail(500)")) {
            Ended ended = far.run(far.script("true"));
            SandboxId id = far.engine.run(ended.run()).sandbox().orElseThrow();
            String message = "";
            for (int i = 0; i < 3; i++) {
                try (Engine next = far.installation.engine()) {
                    next.remove(ended.run(), true);
                } catch (OxException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.DESTROY_FAILED);
                    message = e.getMessage();
                }
            }
            assertThat(message)
                    .containsPattern(
                            "attempt \\d since \\d\\d:\\d\\d, next in \\d+ s; still billed");
            assertThat(far.far()).extracting(Sandbox::id).containsExactly(id);
        }
    }
}
