package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ByteSize;
import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Limits: each that is said to be in force holds, and each that was asked for is spoken of. */
public abstract class LimitsContract extends ProviderContract {
    private static final Limits ALL =
            new Limits(
                    Optional.of(ByteSize.mebibytes(256)),
                    OptionalDouble.of(0.5),
                    OptionalInt.of(40),
                    Optional.of(ByteSize.mebibytes(2)));

    private Sandbox limited(Limits limits) {
        return provider().create(SandboxSpec.of(newId()).withLimits(limits));
    }

    private static boolean inForce(Sandbox sandbox, String name) {
        return sandbox.record().enforced().stream()
                .anyMatch(e -> e.name().equals(name) && e.inForce());
    }

    /** Leaves out a test of a limit that the provider says is not in force. */
    private static void needs(Sandbox sandbox, String... names) {
        if (Set.of(names).stream().noneMatch(n -> inForce(sandbox, n))) {
            throw LeftOut.declaredLack("not in force here: " + String.join(", ", names));
        }
    }

    @Test
    void everyLimitThatWasAskedForIsSpokenOf() {
        needsWalls();
        assertThat(limited(ALL).record().enforced())
                .extracting(Enforcement::name)
                .contains("memory", "cpu", "pids", "disk");
        assertThat(limited(Limits.NONE).record().enforced())
                .extracting(Enforcement::name)
                .doesNotContain("memory", "cpu", "pids", "disk");
    }

    @Test
    void noMoreProcessesRunThanTheLimitSays() throws InterruptedException {
        Sandbox sandbox = limited(ALL);
        needs(sandbox, "pids");
        Ran ran =
                run(
                        sandbox,
                        "i=0; while [ $i -lt 100 ]; do sleep 9 & i=$((i+1)); done; echo all $i");
        assertThat(ran.out()).doesNotContain("all 100");
        assertThat(run(sandbox, "echo on").out()).as("once they are gone").isEqualTo("on\n");
    }

    @Test
    void oneSandboxAtItsLimitOfProcessesLeavesOthersAlone() throws InterruptedException {
        Sandbox full = limited(ALL);
        needs(full, "pids");
        Sandbox other = limited(ALL);
        var unused =
                untilReady(
                        full.exec(
                                sh(
                                        "i=0; while [ $i -lt 30 ]; do sleep 60 & i=$((i+1)); done;"
                                                + " echo ready; wait")));
        assertThat(unused.exit()).isEmpty();
        Ran ran =
                run(
                        other,
                        "i=0; while [ $i -lt 20 ]; do sleep 0.2 & i=$((i+1)); done; wait; echo $i");
        assertThat(ran.out()).isEqualTo("20\n");
    }

    @Test
    void noMoreProcessorIsUsedThanTheLimitSays() throws InterruptedException {
        Sandbox sandbox = limited(ALL);
        needs(sandbox, "cpu");
        Ran ran =
                run(
                        sandbox,
                        "for n in 1 2 3; do (while :; do :; done) & p=\"$p $!\"; done; sleep 2;"
                                + " kill $p; wait; times >t; tail -n 1 t | cut -d' ' -f1");
        // Half of two seconds of one processor, and that again for a machine under load.
        assertThat(ran.out()).matches("0m[01]\\.[0-9]+s?\n");
    }

    @Test
    void f50_writingMoreThanThereIsRoomForFailsInTheCommandsOwnWords() throws InterruptedException {
        Sandbox sandbox = limited(ALL);
        needs(sandbox, "disk", "size of one file");
        Ran ran =
                run(
                        sandbox,
                        "echo before; dd if=/dev/zero of=big bs=65536 count=100; echo \"code $?\"");
        assertThat(ran.out()).startsWith("before\n").doesNotContain("code 0");
        assertThat(ran.out() + ran.err()).containsPattern("code 153|code 1\n");
        assertThat(run(sandbox, "wc -c <big; rm big; echo room >f; cat f").out())
                .matches("\\s*[0-9]{1,7}\nroom\n");
    }
}
