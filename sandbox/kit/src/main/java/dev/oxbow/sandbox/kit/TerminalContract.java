package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
        try (ExecutorService thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("kit-terminal").factory())) {
            var result = thread.submit(call);
            try {
                return result.get(soon().remainingNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                thread.shutdownNow();
                throw new AssertionError("the terminal did not answer in time", late);
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof Error assertion) {
                    throw assertion;
                }
                throw failed;
            }
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
        assertThat(terminal.awaitExit(soon())).isPresent();
        awaitNoSurvivor(sandbox, mark);
    }

    @Test
    void aTerminalLeftOpenEndsWithItsSandbox() throws Exception {
        needs(Capability.PTY);
        Sandbox sandbox = sandbox();
        try (Terminal terminal = open(sandbox, "echo ready; sleep " + markedSeconds())) {
            until(terminal, "ready\r\n");
            provider().destroy(sandbox.id());
            assertThat(terminal.awaitExit(soon())).isPresent();
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
