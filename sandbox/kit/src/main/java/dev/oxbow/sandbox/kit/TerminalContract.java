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
import dev.oxbow.sandbox.Viewer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Commands on a pseudo terminal. */
public abstract class TerminalContract extends ProviderContract {
    private static final TerminalSize SIZE = new TerminalSize(101, 37);

    private static Terminal opened(Sandbox sandbox, String script) {
        ProcessSpec spec = sh(script);
        Map<String, String> env = new HashMap<>(spec.env());
        env.put("TERM", "xterm-256color");
        return sandbox.openTerminal(spec.withEnv(env), SIZE);
    }

    private static Viewing open(Sandbox sandbox, String script) {
        return Viewing.from(opened(sandbox, script), 0);
    }

    @Test
    void theCommandSeesATerminalOfTheWantedSize() throws Exception {
        needs(Capability.PTY);
        try (Viewing terminal =
                open(sandbox(), "test -t 0 && test -t 1 && test -t 2 && echo tty; stty size")) {
            assertThat(terminal.rest()).isEqualTo("tty\r\n37 101\r\n");
            assertThat(terminal.end().exitCode()).hasValue(0);
        }
    }

    @Test
    void aNewSizeIsToldToTheCommand() throws Exception {
        needs(Capability.PTY);
        try (Viewing terminal =
                open(
                        sandbox(),
                        "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done")) {
            terminal.until("ready\r\n");
            terminal.terminal().takeSize(terminal.viewer(), new TerminalSize(80, 24));
            assertThat(terminal.until("24 80\r\n")).endsWith("24 80\r\n");
            assertThat(terminal.end().exitCode()).hasValue(0);
        }
    }

    @Test
    void theExitCodeIsTheCommandsOwn() throws Exception {
        needs(Capability.PTY);
        try (Viewing terminal = open(sandbox(), "exit 43")) {
            assertThat(terminal.rest()).isEmpty();
            assertThat(terminal.end().exitCode()).hasValue(43);
        }
    }

    @Test
    void keystrokesReachTheCommand() throws Exception {
        needs(Capability.PTY);
        try (Viewing terminal = open(sandbox(), "read -r x; echo \"got $x\"")) {
            terminal.type("grüße ☃\n");
            assertThat(terminal.until("got grüße ☃\r\n")).startsWith("grüße ☃\r\n");
            assertThat(terminal.end().success()).isTrue();
        }
    }

    @Test
    void halvesOfACharacterArriveAsTheBytesTheyAre() throws Exception {
        needs(Capability.PTY);
        byte[] snowman = "☃\n".getBytes(StandardCharsets.UTF_8);
        try (Viewing terminal = open(sandbox(), "stty -echo; echo ready; cat")) {
            terminal.until("ready\r\n");
            Viewer slow = Viewer.next();
            for (int i = 0; i < snowman.length; i++) {
                terminal.terminal().write(slow, i, new byte[] {snowman[i]});
            }
            assertThat(terminal.until("\n")).isEqualTo("☃\r\n");
            terminal.type("\u0004");
            assertThat(terminal.end().success()).isTrue();
        }
    }

    @Test
    void controlCInterruptsWhatRuns() throws Exception {
        needs(Capability.PTY);
        try (Viewing terminal =
                open(
                        sandbox(),
                        "trap 'echo interrupted; exit 9' INT; echo ready;"
                                + " while :; do sleep 0.05; done")) {
            terminal.until("ready\r\n");
            terminal.type("\u0003");
            assertThat(terminal.until("interrupted\r\n")).contains("interrupted");
            assertThat(terminal.end().exitCode()).hasValue(9);
        }
    }

    @Test
    void aShellHasJobControl() throws Exception {
        needs(Capability.PTY);
        try (Viewing terminal = open(sandbox(), "set -m; (exit 3) & wait $!; echo \"job $?\"")) {
            assertThat(terminal.rest()).endsWith("job 3\r\n").doesNotContain("can't access tty");
        }
    }

    @Test
    void hangingUpEndsTheCommandAndAllItStarted() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        String mark = markedSeconds();
        Viewing terminal =
                open(sandbox, "setsid sleep " + mark + " & trap '' HUP; echo ready; sleep " + mark);
        terminal.until("ready\r\n");
        awaitAlive(sandbox, mark);
        ProcessExit exit = terminal.terminal().hangUp();
        assertThat(terminal.terminal().hangUp()).isEqualTo(exit);
        assertThat(terminal.end().reason()).isEqualTo(ProcessExit.Reason.SIGNALLED);
        awaitNoSurvivor(sandbox, mark);
    }

    @Test
    void aTerminalLeftOpenEndsWithItsSandbox() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        try (Viewing terminal = open(sandbox, "echo ready; sleep " + markedSeconds())) {
            terminal.until("ready\r\n");
            sandbox.stop();
            assertThat(terminal.end().reason()).isEqualTo(ProcessExit.Reason.SANDBOX_LOST);
        }
    }

    @Test
    void theTerminalHasANameInsideAndCanBeOpenedAgain() throws Exception {
        needs(Capability.PTY);
        try (Viewing terminal =
                open(
                        sandbox(),
                        "t=$(tty) || exit 1; test -c \"$t\" || exit 2; echo by name >\"$t\";"
                                + " echo by its own >/dev/tty; stty -F \"$t\" size")) {
            assertThat(terminal.rest()).isEqualTo("by name\r\nby its own\r\n37 101\r\n");
            assertThat(terminal.end().exitCode()).hasValue(0);
        }
    }

    @Test
    void aTerminalWithinTheTerminalWorks() throws Exception {
        needs(Capability.PTY);
        try (Viewing terminal =
                open(sandbox(), "script -qefc 'tty; exit 5' /dev/null || echo \"ended $?\"")) {
            assertThat(terminal.rest()).contains("/dev/pts/").endsWith("ended 5\r\n");
        }
    }

    @Test
    void aJobIsStoppedAndTakenUpAgain() throws Exception {
        needs(Capability.PTY);
        try (Viewing terminal = open(sandbox(), "exec bash --norc -i")) {
            terminal.type("PS1=; sh -c 'echo rea\"\"dy; exec cat'; echo sta''tus $?\n");
            terminal.until("ready\r\n");
            terminal.type("\u001a");
            terminal.until("status 148\r\n");
            terminal.type("fg; echo back $?\n");
            terminal.until("exec cat'\r\n");
            terminal.type("hello\n\u0004");
            assertThat(terminal.until("back 0\r\n")).contains("hello\r\nhello\r\n");
        }
    }

    @Test
    void twoTerminalsOfOneSandboxAreApart() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        try (Viewing one = open(sandbox, "read -r x; echo \"one $x\"; read -r x");
                Viewing other = open(sandbox, "read -r x; echo \"other $x\"")) {
            one.type("a\n");
            other.type("b\n");
            assertThat(other.rest()).isEqualTo("b\r\nother b\r\n");
            assertThat(one.until("one a\r\n")).isEqualTo("a\r\none a\r\n");
            assertThat(one.terminal().awaitExit(Deadline.in(Duration.ZERO))).isEmpty();
        }
    }

    @Test
    void anIdNamesOneTerminalAndNoProcess() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        ProcessSpec running = sh("sleep " + markedSeconds());
        SandboxProcess process = sandbox.exec(running);
        refused(ErrorCode.IDEMPOTENCY_KEY_REUSED, () -> sandbox.openTerminal(running, SIZE));
        assertThat(process.exit()).isEmpty();
        ProcessSpec shown = sh("echo ready; read -r x; echo once >>count");
        try (Viewing terminal = Viewing.from(sandbox.openTerminal(shown, SIZE), 0)) {
            terminal.until("ready\r\n");
            refused(ErrorCode.IDEMPOTENCY_KEY_REUSED, () -> sandbox.exec(shown));
            refused(
                    ErrorCode.IDEMPOTENCY_KEY_REUSED,
                    () -> sandbox.openTerminal(shown.withCwd("/tmp"), SIZE));
            assertThat(sandbox.openTerminal(shown, SIZE).id()).isEqualTo(shown.id());
            terminal.type("x\n");
            assertThat(terminal.end().success()).isTrue();
            assertThat(sandbox.openTerminal(shown, SIZE).exit()).isPresent();
            assertThat(read(sandbox, "count")).isEqualTo("once\n");
        }
    }

    @Test
    void aSandboxIsBusyWhileATerminalIsOpen() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        try (Viewing terminal = open(sandbox, "echo ready; read -r x")) {
            terminal.until("ready\r\n");
            assertThat(sandbox.record().state()).isEqualTo(SandboxState.BUSY);
            terminal.type("x\n");
            assertThat(terminal.end().success()).isTrue();
        }
        assertThat(sandbox.record().state()).isEqualTo(SandboxState.READY);
    }

    @Test
    void f12_nothingOnATerminalSurvivesItsDeadline() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        String mark = markedSeconds();
        ProcessSpec spec = sh("setsid sleep " + mark + " & echo ready; sleep " + mark);
        try (Viewing terminal =
                Viewing.from(
                        sandbox.openTerminal(spec.withDeadline(Duration.ofSeconds(3)), SIZE), 0)) {
            terminal.until("ready\r\n");
            assertThat(terminal.end().reason()).isEqualTo(ProcessExit.Reason.DEADLINE);
            awaitNoSurvivor(sandbox, mark);
        }
    }

    @Test
    void f59_whatACommandLeavesOnATerminalIsReaped() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        String mark = markedSeconds();
        try (Viewing terminal = open(sandbox, "setsid sleep " + mark + " & exit 3")) {
            ProcessExit exit = terminal.end();
            assertThat(exit.exitCode()).hasValue(3);
            assertThat(exit.reason()).isEqualTo(ProcessExit.Reason.EXITED);
            awaitNoSurvivor(sandbox, mark);
        }
    }

    @Test
    void aTerminalIsRefusedWhereItIsLacking() {
        lacks(Capability.PTY);
        Sandbox sandbox = sandbox();
        refusedAsUnsupported(() -> opened(sandbox, "true"));
        assertThat(sandbox.processes()).isEmpty();
    }
}
