package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessExit.Reason;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Signal;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals, time limits and whatever a command starts besides itself. */
public abstract class SignalContract extends ProviderContract {
    private static final Duration SHORT = Duration.ofMillis(200);

    /** Ways in which a child gets out of sight of its parent; %s is how long it sleeps. */
    private static final String[] ESCAPES = {
        "sleep %s & ",
        "setsid sleep %s & ",
        "(setsid sh -c 'sleep %s </dev/null >/dev/null 2>&1 &' &) ",
        "nohup setsid sh -c 'trap \"\" TERM HUP INT; sleep %s & wait' </dev/null >/dev/null 2>&1 & "
    };

    /** Starts a child in one of those ways and keeps running until something ends it. */
    private SandboxProcess keepingChild(Sandbox sandbox, int escape, String mark)
            throws InterruptedException {
        SandboxProcess process =
                sandbox.exec(
                        sh(
                                ESCAPES[escape].formatted(mark)
                                        + "\necho ready; while :; do sleep 0.05; done"));
        untilReady(process);
        awaitAlive(sandbox, mark);
        return process;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void killingReachesEveryChild(int escape) throws InterruptedException {
        Sandbox sandbox = sandbox();
        String mark = markedSeconds();
        SandboxProcess process = keepingChild(sandbox, escape, mark);
        process.signal(Signal.KILL);
        ProcessExit exit = process.awaitExit(soon()).orElseThrow();
        assertThat(exit.exitCode()).hasValue(137);
        assertThat(exit.reason()).isEqualTo(Reason.SIGNALLED);
        assertThat(exit.oomKilled()).isFalse();
        awaitNoSurvivor(sandbox, mark);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void terminatingReachesEveryChild(int escape) throws InterruptedException {
        Sandbox sandbox = sandbox();
        String mark = markedSeconds();
        SandboxProcess process = keepingChild(sandbox, escape, mark);
        ProcessExit exit = process.terminate(Duration.ofSeconds(5));
        assertThat(exit.reason()).isEqualTo(Reason.SIGNALLED);
        assertThat(process.exit()).contains(exit);
        awaitNoSurvivor(sandbox, mark);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void f59_whatACommandLeavesBehindIsReaped(int escape) throws InterruptedException {
        Sandbox sandbox = sandbox();
        String mark = markedSeconds();
        Ran ran = run(sandbox, ESCAPES[escape].formatted(mark) + "\necho done");
        assertThat(ran.out()).isEqualTo("done\n");
        assertThat(ran.code()).isZero();
        awaitNoSurvivor(sandbox, mark);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void f12_nothingSurvivesADeadline(int escape) throws InterruptedException {
        Sandbox sandbox = sandbox();
        String mark = markedSeconds();
        ProcessSpec spec =
                sh("echo before\n" + ESCAPES[escape].formatted(mark) + "\nsleep " + mark)
                        .withDeadline(Duration.ofSeconds(2));
        Ran ran = run(sandbox, spec);
        assertThat(ran.exit().reason()).isEqualTo(Reason.DEADLINE);
        assertThat(ran.exit().success()).isFalse();
        assertThat(ran.exit().oomKilled()).isFalse();
        assertThat(ran.out()).isEqualTo("before\n");
        awaitNoSurvivor(sandbox, mark);
    }

    @Test
    void f12_aDeadlineEndsAlsoWhatIgnoresBeingAsked() throws InterruptedException {
        Sandbox sandbox = sandbox();
        String mark = markedSeconds();
        ProcessSpec spec =
                sh("trap '' TERM; sleep " + mark + " & sleep " + mark)
                        .withDeadline(Duration.ofSeconds(2));
        Ran ran = run(sandbox, spec);
        assertThat(ran.exit().reason()).isEqualTo(Reason.DEADLINE);
        assertThat(ran.code()).isEqualTo(137);
        awaitNoSurvivor(sandbox, mark);
    }

    @Test
    void f12_aDeadlineGivesTimeToEndWell() throws InterruptedException {
        ProcessSpec spec =
                sh("trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done")
                        .withDeadline(Duration.ofSeconds(2));
        Ran ran = run(sandbox(), spec);
        assertThat(ran.out()).isEqualTo("bye\n");
        assertThat(ran.exit().reason()).isEqualTo(Reason.DEADLINE);
    }

    @Test
    void aDeadlineThatIsNotReachedChangesNothing() throws InterruptedException {
        Ran ran = run(sandbox(), sh("exit 4").withDeadline(Duration.ofMinutes(5)));
        assertThat(ran.code()).isEqualTo(4);
        assertThat(ran.exit().reason()).isEqualTo(Reason.EXITED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Signal.class,
            names = {"KILL"},
            mode = EnumSource.Mode.EXCLUDE)
    void aSignalReachesItsHandler(Signal signal) throws InterruptedException {
        SandboxProcess process =
                sandbox()
                        .exec(
                                sh(
                                        "trap 'echo caught; exit 7' "
                                                + signal.number()
                                                + "; echo ready; while :; do sleep 0.05; done"));
        untilReady(process);
        process.signal(signal);
        Ran ran = collect(process);
        assertThat(ran.out()).isEqualTo("ready\ncaught\n");
        assertThat(ran.code()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(Signal.class)
    void aSignalWithoutHandlerEndsTheProcess(Signal signal) throws InterruptedException {
        SandboxProcess process = sandbox().exec(sh("echo ready; exec sleep " + markedSeconds()));
        untilReady(process);
        process.signal(signal);
        ProcessExit exit = process.awaitExit(soon()).orElseThrow();
        assertThat(exit.exitCode()).hasValue(128 + signal.number());
        assertThat(exit.reason()).isEqualTo(Reason.SIGNALLED);
    }

    @Test
    void terminatingAsksFirst() throws InterruptedException {
        SandboxProcess process =
                sandbox()
                        .exec(
                                sh(
                                        "trap 'echo bye; exit 3' TERM; echo ready;"
                                                + " while :; do sleep 0.05; done"));
        untilReady(process);
        assertThat(process.terminate(Duration.ofSeconds(20)).exitCode()).hasValue(3);
        assertThat(collect(process).out()).isEqualTo("ready\nbye\n");
    }

    @Test
    void terminatingDoesNotTakeNoForAnAnswer() throws InterruptedException {
        SandboxProcess process =
                sandbox().exec(sh("trap '' TERM; echo ready; while :; do sleep 0.05; done"));
        untilReady(process);
        ProcessExit exit = process.terminate(SHORT);
        assertThat(exit.exitCode()).hasValue(137);
        assertThat(exit.reason()).isEqualTo(Reason.SIGNALLED);
        assertThat(exit.oomKilled()).isFalse();
    }

    @Test
    void whatHasEndedIsNotTouchedAgain() throws InterruptedException {
        SandboxProcess process = sandbox().exec(sh("exit 6"));
        Optional<ProcessExit> exit = process.awaitExit(soon());
        process.signal(Signal.KILL);
        assertThat(process.terminate(SHORT)).isEqualTo(exit.orElseThrow());
        assertThat(process.exit()).isEqualTo(exit);
        assertThat(exit.orElseThrow().exitCode()).hasValue(6);
    }

    @Test
    void endingOneProcessLeavesTheOthers() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess one = sandbox.exec(sh("echo ready; sleep " + markedSeconds()));
        SandboxProcess other =
                sandbox.exec(
                        sh("echo ready; read -r x; echo alive")
                                .withStdin(new ProcessSpec.Stdin.Pipe()));
        untilReady(one);
        untilReady(other);
        one.terminate(SHORT);
        assertThat(other.exit()).isEmpty();
        other.closeStdin();
        assertThat(collect(other).out()).isEqualTo("ready\nalive\n");
    }

    @Test
    void theLastOutputOfAKilledProcessIsKept() throws InterruptedException {
        SandboxProcess process =
                sandbox()
                        .exec(sh("head -c 300000 /dev/zero; echo ready; sleep " + markedSeconds()));
        untilReady(process);
        process.signal(Signal.KILL);
        try (OutputCollector output = new OutputCollector(process, Cursor.START)) {
            assertThat(output.toTheEnd(soon()).stdout()).hasSize(300_006);
        }
    }

    @Test
    void aCommandCannotEndTheSandboxByKillingAllItCan() throws InterruptedException {
        needsWalls();
        Sandbox sandbox = sandbox();
        run(sandbox, "kill -9 -1");
        assertThat(run(sandbox, "echo still here").out()).isEqualTo("still here\n");
    }
}
