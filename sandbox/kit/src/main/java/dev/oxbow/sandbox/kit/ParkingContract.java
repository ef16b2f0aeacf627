package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Signal;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A paused sandbox stands still, costs nothing, loses nothing, and wakes when it is used. */
public abstract class ParkingContract extends ProviderContract {
    /** Counts aloud, as fast as it can be told apart from standing still. */
    private static final String COUNTER =
            "echo ready; n=0; while :; do n=$((n+1)); echo $n; sleep 0.01; done";

    @BeforeEach
    void needPauses() {
        needs(Capability.PAUSE_MEMORY);
    }

    private static SandboxState state(Sandbox sandbox) {
        return sandbox.record().state();
    }

    /** How many bytes a process that stands still has said. */
    private static long said(SandboxProcess process) throws InterruptedException {
        try (OutputCollector output = new OutputCollector(process, Cursor.START)) {
            while (output.next(Deadline.in(Duration.ofSeconds(1)))) {
                assertThat(process.exit()).isEmpty();
            }
            return output.cursor().stdout();
        }
    }

    private static void awaitMore(SandboxProcess process, long than) throws InterruptedException {
        Deadline deadline = soon();
        try (OutputCollector output = new OutputCollector(process, Cursor.START)) {
            while (output.cursor().stdout() <= than) {
                assertThat(output.next(deadline)).as("it goes on").isTrue();
            }
        }
    }

    @Test
    void aPausedSandboxSaysSoToEverybodyAndPausingAgainIsNothing() {
        Sandbox sandbox = sandbox();
        sandbox.pause();
        sandbox.pause();
        assertThat(state(sandbox)).isEqualTo(SandboxState.PAUSED);
        try (SandboxProvider other = subject().open()) {
            assertThat(other.get(sandbox.id()).map(s -> s.record().state()))
                    .contains(SandboxState.PAUSED);
        }
        sandbox.start();
        assertThat(state(sandbox)).isEqualTo(SandboxState.READY);
        assertThat(sandbox.record().incarnation()).isEqualTo(1);
    }

    @Test
    void aProcessStandsStillAndGoesOnWhereItWas() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess counter = untilReady(sandbox.exec(sh(COUNTER)));
        sandbox.pause();
        assertThat(state(sandbox)).isEqualTo(SandboxState.PAUSED);
        long before = said(counter);
        // Long enough for a hundred more, had it not been stopped.
        assertThat(sandbox.awaitLoss(Deadline.in(Duration.ofSeconds(1)))).isFalse();
        assertThat(said(counter)).isEqualTo(before);
        assertThat(counter.exit()).isEmpty();
        assertThat(state(sandbox)).as("to look does not wake it").isEqualTo(SandboxState.PAUSED);

        sandbox.start();
        awaitMore(counter, before);
        assertThat(state(sandbox)).isEqualTo(SandboxState.BUSY);
        counter.signal(Signal.KILL);
        Ran ran = collect(counter);
        long lines = ran.out().lines().skip(1).filter(l -> !l.isEmpty()).count();
        assertThat(lines).isPositive();
        assertThat(ran.out().lines().skip(1))
                .as("no number is left out or told twice")
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, (int) lines).mapToObj(Integer::toString).toList());
    }

    @Test
    void nothingIsLostByTwentyPauses() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess echo =
                sandbox.exec(ProcessSpec.of("cat").withStdin(new ProcessSpec.Stdin.Pipe()));
        StringBuilder typed = new StringBuilder();
        for (int round = 1; round <= 20; round++) {
            byte[] content = randomBytes(10_000 + round);
            write(sandbox, "file" + round, content);
            sandbox.pause();
            assertThat(state(sandbox)).isEqualTo(SandboxState.PAUSED);
            if (round % 2 == 0) {
                sandbox.start();
            }
            String line = "round " + round + "\n";
            echo.write(line.getBytes(StandardCharsets.UTF_8));
            typed.append(line);
            try (var files = sandbox.files(Sandbox.WORKSPACE)) {
                for (int each = 1; each <= round; each++) {
                    assertThat(bytesOf(files, "file" + each)).isEqualTo(randomBytes(10_000 + each));
                }
            }
        }
        echo.closeStdin();
        Ran ran = collect(echo);
        assertThat(ran.out()).isEqualTo(typed.toString());
        assertThat(ran.code()).isZero();
        assertThat(sandbox.record().incarnation()).isEqualTo(1);
    }

    @Test
    void aCommandWakesIt() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess counter = untilReady(sandbox.exec(sh(COUNTER)));
        sandbox.pause();
        long before = said(counter);
        assertThat(run(sandbox, "echo awake").out()).isEqualTo("awake\n");
        assertThat(state(sandbox)).isEqualTo(SandboxState.BUSY);
        awaitMore(counter, before);
    }

    @Test
    void whatIsTypedWakesIt() throws InterruptedException {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        Terminal terminal = sandbox.openTerminal(ProcessSpec.of("cat"), TerminalSize.DEFAULT);
        try (Viewing viewing = Viewing.from(terminal, 0)) {
            sandbox.pause();
            viewing.type("typed\n");
            assertThat(state(sandbox)).isEqualTo(SandboxState.BUSY);
            viewing.until("typed\r\ntyped");
        }
    }

    @Test
    void aPauseRightBehindAStartFreezesTheCommandAndLosesNothing() throws InterruptedException {
        Sandbox sandbox = sandbox();
        for (int round = 0; round < 10; round++) {
            SandboxProcess process = sandbox.exec(sh("echo used"));
            sandbox.pause();
            assertThat(state(sandbox)).isEqualTo(SandboxState.PAUSED);
            sandbox.start();
            assertThat(collect(process).out()).isEqualTo("used\n");
        }
    }

    @Test
    void aPauseAndAStartAtTheSameTimeComeOneAfterTheOther() throws InterruptedException {
        Sandbox sandbox = sandbox();
        for (int round = 0; round < 10; round++) {
            List<Optional<SandboxProcess>> both =
                    together(
                            List.<Callable<Optional<SandboxProcess>>>of(
                                    () -> {
                                        sandbox.pause();
                                        return Optional.empty();
                                    },
                                    () -> Optional.of(sandbox.exec(sh("echo used")))));
            // The pause came last, or the start did and has woken it.
            if (state(sandbox) == SandboxState.PAUSED) {
                sandbox.start();
            }
            assertThat(collect(both.getLast().orElseThrow()).out()).isEqualTo("used\n");
        }
    }

    @Test
    void filesAreReadAndWrittenWithoutWakingIt() {
        Sandbox sandbox = sandbox();
        write(sandbox, "before", "1");
        sandbox.pause();
        write(sandbox, "meanwhile", "2");
        assertThat(read(sandbox, "before")).isEqualTo("1");
        assertThat(read(sandbox, "meanwhile")).isEqualTo("2");
        assertThat(state(sandbox)).isEqualTo(SandboxState.PAUSED);
    }

    @Test
    void aSignalReachesAProcessThatStandsStill() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess process =
                untilReady(
                        sandbox.exec(
                                sh(
                                        "trap 'echo heard; exit 3' TERM; echo ready; while :; do"
                                                + " sleep 0.02; done")));
        sandbox.pause();
        process.signal(Signal.TERM);
        Ran ran = collect(process);
        assertThat(ran.out()).endsWith("heard\n");
        assertThat(ran.code()).isEqualTo(3);
    }

    @Test
    void aDeadlineComesAlsoWhileItStandsStill() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess process =
                untilReady(
                        sandbox.exec(
                                sh("echo ready; while :; do sleep 0.05; done")
                                        .withDeadline(Duration.ofSeconds(2))));
        sandbox.pause();
        assertThat(process.awaitExit(soon()).map(ProcessExit::reason))
                .contains(ProcessExit.Reason.DEADLINE);
        assertThat(state(sandbox)).isEqualTo(SandboxState.PAUSED);
        assertThat(run(sandbox, "echo on").out()).isEqualTo("on\n");
    }

    @Test
    void aPausedSandboxIsStopped() {
        needs(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox();
        write(sandbox, "kept", "yes");
        SandboxProcess process = sandbox.exec(ProcessSpec.of("sleep", markedSeconds()));
        sandbox.pause();
        sandbox.stop();
        assertThat(state(sandbox)).isEqualTo(SandboxState.STOPPED);
        assertThat(process.exit().map(ProcessExit::reason))
                .contains(ProcessExit.Reason.SANDBOX_LOST);
        refused(ErrorCode.CONTAINER_UNAVAILABLE, sandbox::pause);
        sandbox.start();
        assertThat(sandbox.record().incarnation()).isEqualTo(2);
        assertThat(read(sandbox, "kept")).isEqualTo("yes");
    }

    @Test
    void aPausedSandboxIsDestroyed() {
        Sandbox sandbox = sandbox();
        sandbox.exec(ProcessSpec.of("sleep", markedSeconds()));
        sandbox.pause();
        provider().destroy(sandbox.id());
        assertThat(provider().get(sandbox.id())).isEmpty();
    }

    @Test
    void anotherProviderWakesIt() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess counter = untilReady(sandbox.exec(sh(COUNTER)));
        sandbox.pause();
        long before = said(counter);
        try (SandboxProvider other = subject().open()) {
            other.get(sandbox.id()).orElseThrow().start();
        }
        awaitMore(counter, before);
    }

    @Test
    void processesThatKeepForkingAllStandStill() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess forks =
                untilReady(
                        sandbox.exec(
                                sh(
                                        "echo ready; for i in 1 2 3 4; do while :; do (echo .);"
                                                + " done & done; wait")));
        sandbox.pause();
        long before = said(forks);
        assertThat(sandbox.awaitLoss(Deadline.in(Duration.ofMillis(300)))).isFalse();
        assertThat(said(forks)).isEqualTo(before);
        sandbox.start();
        awaitMore(forks, before);
        forks.signal(Signal.KILL);
        assertThat(forks.awaitExit(soon())).isPresent();
    }

    @Test
    void whoeverComesWhileItIsPausedFindsItAwake() throws InterruptedException {
        Sandbox sandbox = sandbox();
        Callable<String> pausing =
                () -> {
                    sandbox.pause();
                    return "";
                };
        Callable<String> using =
                () -> {
                    SandboxProcess process = sandbox.exec(sh("echo used"));
                    // A pause that comes behind its start holds the command until somebody wakes
                    // it.
                    while (process.awaitExit(Deadline.in(Duration.ofMillis(50))).isEmpty()) {
                        sandbox.start();
                    }
                    return collect(process).out();
                };
        for (int round = 0; round < 5; round++) {
            assertThat(together(Stream.of(pausing, using, pausing, using).toList()))
                    .containsExactly("", "used\n", "", "used\n");
        }
    }
}
