package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Commands on a pseudo terminal. */
public abstract class TerminalContract extends ProviderContract {
    private static final TerminalSize SIZE = new TerminalSize(101, 37);

    private Terminal open(Sandbox sandbox, String script) {
        ProcessSpec spec = sh(script);
        Map<String, String> env = new java.util.HashMap<>(spec.env());
        env.put("TERM", "xterm-256color");
        return sandbox.openTerminal(spec.withEnv(env), SIZE);
    }

    /** Reads until the text was seen; a terminal without it ends the test instead of hanging it. */
    private static String until(Terminal terminal, String text) throws Exception {
        return inTime(() -> {
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            while (!seen.toString(StandardCharsets.UTF_8).contains(text)) {
                int next = terminal.output().read();
                assertThat(next).as("ended before '%s': %s", text, seen).isGreaterThanOrEqualTo(0);
                seen.write(next);
            }
            return seen.toString(StandardCharsets.UTF_8);
        });
    }

    private static String rest(Terminal terminal) throws Exception {
        return inTime(() -> new String(terminal.output().readAllBytes(), StandardCharsets.UTF_8));
    }

    private static <T> T inTime(Callable<T> call) throws Exception {
        // A thread that is left alone if it hangs: it may wait in the kernel.
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().name("kit-terminal").start(task);
        try {
            return task.get(soon().remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("the terminal did not answer in time", late);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Error assertion) {
                throw assertion;
            }
            throw failed;
        }
    }

    private static void type(Terminal terminal, String keys) throws IOException {
        terminal.input().write(keys.getBytes(StandardCharsets.UTF_8));
        terminal.input().flush();
    }

    private static ProcessExit end(Terminal terminal) throws InterruptedException {
        return terminal.awaitExit(soon()).orElseThrow();
    }

    @Test
    void theCommandSeesATerminalOfTheWantedSize() throws Exception {
        needs(Capability.PTY);
        try (Terminal terminal =
                open(sandbox(), "test -t 0 && test -t 1 && test -t 2 && echo tty; stty size")) {
            assertThat(rest(terminal)).isEqualTo("tty\r\n37 101\r\n");
            assertThat(end(terminal).exitCode()).hasValue(0);
        }
    }

    @Test
    void aNewSizeIsToldToTheCommand() throws Exception {
        needs(Capability.PTY);
        try (Terminal terminal =
                open(
                        sandbox(),
                        "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done")) {
            until(terminal, "ready\r\n");
            terminal.resize(new TerminalSize(80, 24));
            assertThat(until(terminal, "24 80\r\n")).endsWith("24 80\r\n");
            assertThat(end(terminal).exitCode()).hasValue(0);
        }
    }

    @Test
    void theExitCodeIsTheCommandsOwn() throws Exception {
        needs(Capability.PTY);
        try (Terminal terminal = open(sandbox(), "exit 43")) {
            assertThat(rest(terminal)).isEmpty();
            assertThat(end(terminal).exitCode()).hasValue(43);
        }
    }

    @Test
    void keystrokesReachTheCommand() throws Exception {
        needs(Capability.PTY);
        try (Terminal terminal = open(sandbox(), "read -r x; echo \"got $x\"")) {
            type(terminal, "grüße ☃\n");
            assertThat(until(terminal, "got grüße ☃\r\n")).startsWith("grüße ☃\r\n");
            assertThat(end(terminal).success()).isTrue();
        }
    }

    @Test
    void halvesOfACharacterArriveAsTheBytesTheyAre() throws Exception {
        needs(Capability.PTY);
        byte[] snowman = "☃\n".getBytes(StandardCharsets.UTF_8);
        try (Terminal terminal = open(sandbox(), "stty -echo; echo ready; cat")) {
            until(terminal, "ready\r\n");
            for (byte b : snowman) {
                terminal.input().write(b);
                terminal.input().flush();
            }
            assertThat(until(terminal, "\n")).isEqualTo("☃\r\n");
            type(terminal, "\u0004");
            assertThat(end(terminal).success()).isTrue();
        }
    }

    @Test
    void controlCInterruptsWhatRuns() throws Exception {
        needs(Capability.PTY);
        try (Terminal terminal =
                open(
                        sandbox(),
                        "trap 'echo interrupted; exit 9' INT; echo ready;"
                                + " while :; do sleep 0.05; done")) {
            until(terminal, "ready\r\n");
            type(terminal, "\u0003");
            assertThat(until(terminal, "interrupted\r\n")).contains("interrupted");
            assertThat(end(terminal).exitCode()).hasValue(9);
        }
    }

    @Test
    void aShellHasJobControl() throws Exception {
        needs(Capability.PTY);
        try (Terminal terminal = open(sandbox(), "set -m; (exit 3) & wait $!; echo \"job $?\"")) {
            assertThat(rest(terminal)).endsWith("job 3\r\n").doesNotContain("can't access tty");
        }
    }

    @Test
    void hangingUpEndsTheCommandAndAllItStarted() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        String mark = markedSeconds();
        Terminal terminal =
                open(sandbox, "setsid sleep " + mark + " & trap '' HUP; echo ready; sleep " + mark);
        until(terminal, "ready\r\n");
        awaitAlive(sandbox, mark);
        terminal.close();
        terminal.close();
        assertThat(end(terminal).reason()).isEqualTo(ProcessExit.Reason.SIGNALLED);
        awaitNoSurvivor(sandbox, mark);
    }

    @Test
    void aTerminalLeftOpenEndsWithItsSandbox() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        try (Terminal terminal = open(sandbox, "echo ready; sleep " + markedSeconds())) {
            until(terminal, "ready\r\n");
            sandbox.stop();
            assertThat(end(terminal).reason()).isEqualTo(ProcessExit.Reason.SANDBOX_LOST);
        }
    }

    @Test
    void theTerminalHasANameInsideAndCanBeOpenedAgain() throws Exception {
        needs(Capability.PTY);
        try (Terminal terminal =
                open(
                        sandbox(),
                        "t=$(tty) || exit 1; test -c \"$t\" || exit 2; echo by name >\"$t\";"
                                + " echo by its own >/dev/tty; stty -F \"$t\" size")) {
            assertThat(rest(terminal)).isEqualTo("by name\r\nby its own\r\n37 101\r\n");
            assertThat(end(terminal).exitCode()).hasValue(0);
        }
    }

    @Test
    void aTerminalWithinTheTerminalWorks() throws Exception {
        needs(Capability.PTY);
        try (Terminal terminal =
                open(sandbox(), "script -qefc 'tty; exit 5' /dev/null || echo \"ended $?\"")) {
            assertThat(rest(terminal)).contains("/dev/pts/").endsWith("ended 5\r\n");
        }
    }

    @Test
    void aJobIsStoppedAndTakenUpAgain() throws Exception {
        needs(Capability.PTY);
        try (Terminal terminal = open(sandbox(), "exec bash --norc -i")) {
            type(terminal, "PS1=; sh -c 'echo rea\"\"dy; exec cat'; echo sta''tus $?\n");
            until(terminal, "ready\r\n");
            type(terminal, "\u001a");
            until(terminal, "status 148\r\n");
            type(terminal, "fg; echo back $?\n");
            until(terminal, "exec cat'\r\n");
            type(terminal, "hello\n\u0004");
            assertThat(until(terminal, "back 0\r\n")).contains("hello\r\nhello\r\n");
        }
    }

    @Test
    void twoTerminalsOfOneSandboxAreApart() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        try (Terminal one = open(sandbox, "read -r x; echo \"one $x\"; read -r x");
                Terminal other = open(sandbox, "read -r x; echo \"other $x\"")) {
            type(one, "a\n");
            type(other, "b\n");
            assertThat(rest(other)).isEqualTo("b\r\nother b\r\n");
            assertThat(until(one, "one a\r\n")).isEqualTo("a\r\none a\r\n");
            assertThat(one.awaitExit(Deadline.in(Duration.ZERO))).isEmpty();
        }
    }

    @Test
    void aTerminalHasOneOpener() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        ProcessSpec running = sh("sleep " + markedSeconds());
        SandboxProcess unused = sandbox.exec(running);
        refused(ErrorCode.IDEMPOTENCY_KEY_REUSED, () -> sandbox.openTerminal(running, SIZE));
        assertThat(unused.exit()).isEmpty();
        ProcessSpec shown = sh("echo ready; read -r x");
        try (Terminal terminal = sandbox.openTerminal(shown, SIZE)) {
            until(terminal, "ready\r\n");
            refused(ErrorCode.IDEMPOTENCY_KEY_REUSED, () -> sandbox.openTerminal(shown, SIZE));
            type(terminal, "x\n");
            assertThat(end(terminal).success()).isTrue();
        }
    }

    @Test
    void aSandboxIsBusyWhileATerminalIsOpen() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        try (Terminal terminal = open(sandbox, "echo ready; read -r x")) {
            until(terminal, "ready\r\n");
            assertThat(sandbox.record().state()).isEqualTo(SandboxState.BUSY);
            type(terminal, "x\n");
            assertThat(end(terminal).success()).isTrue();
        }
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void f12_nothingOnATerminalSurvivesItsDeadline() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        String mark = markedSeconds();
        ProcessSpec spec = sh("setsid sleep " + mark + " & echo ready; sleep " + mark);
        try (Terminal terminal =
                sandbox.openTerminal(spec.withDeadline(Duration.ofSeconds(1)), SIZE)) {
            until(terminal, "ready\r\n");
            assertThat(end(terminal).reason()).isEqualTo(ProcessExit.Reason.DEADLINE);
            awaitNoSurvivor(sandbox, mark);
        }
    }

    @Test
    void f59_whatACommandLeavesOnATerminalIsReaped() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        String mark = markedSeconds();
        try (Terminal terminal = open(sandbox, "setsid sleep " + mark + " & exit 3")) {
            ProcessExit exit = end(terminal);
            assertThat(exit.exitCode()).hasValue(3);
            assertThat(exit.reason()).isEqualTo(ProcessExit.Reason.EXITED);
            awaitNoSurvivor(sandbox, mark);
        }
    }

    @Test
    void aTerminalIsRefusedWhereItIsLacking() {
        lacks(Capability.PTY);
        Sandbox sandbox = sandbox();
        refusedAsUnsupported(() -> open(sandbox, "true").close());
        assertThat(sandbox.processes()).isEmpty();
    }
}
