package dev.oxbow.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.OxException;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PtyTest {

    private static Process start(Pty pty, String script) throws IOException {
        File slave = pty.slave().toFile();
        // Who started the tests may have ignored Ctrl-C, and children inherit that.
        return new ProcessBuilder(
                        "env", "--default-signal", "setsid", "--ctty", "--wait", "sh", "-c", script)
                .redirectInput(slave)
                .redirectOutput(slave)
                .redirectError(slave)
                .start();
    }

    private static String readAll(Pty pty) throws IOException {
        return new String(pty.output().readAllBytes(), UTF_8);
    }

    private static void readUntil(Pty pty, String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        byte[] chunk = new byte[100];
        while (seen.indexOf(text) < 0) {
            int n = pty.output().read(chunk);
            assertThat(n).as("the terminal ended after: %s", seen).isPositive();
            seen.append(new String(chunk, 0, n, UTF_8));
        }
    }

    @Test
    void aChildSeesATerminalOfThatSizeAndItsHangupEndsTheOutput() throws Exception {
        try (Pty pty = Pty.open(132, 43)) {
            Process child = start(pty, "test -t 0 && stty size; exit 43");
            assertThat(readAll(pty)).contains("43 132");
            assertThat(child.waitFor()).isEqualTo(43);
            assertThat(pty.columns()).isEqualTo(132);
            assertThat(pty.rows()).isEqualTo(43);
        }
    }

    @Test
    void inputIsTypedAndControlCInterrupts() throws Exception {
        try (Pty pty = Pty.open(80, 24)) {
            Process child = start(pty, "read line; echo got:$line; exec cat");
            pty.input().write("hello\n".getBytes(UTF_8));
            readUntil(pty, "got:hello");
            pty.input().write(3);
            // A wait in the kernel hears no time limit: the child's end is what ends the reading.
            boolean ended = child.waitFor(30, TimeUnit.SECONDS);
            if (!ended) {
                child.descendants().forEach(ProcessHandle::destroyForcibly);
                child.destroyForcibly();
            }
            assertThat(readAll(pty)).contains("^C");
            assertThat(ended).as("Ctrl-C ended it").isTrue();
            assertThat(child.exitValue()).isEqualTo(128 + 2);
        }
    }

    @Test
    void resizingIsSeenByTheChild() throws Exception {
        try (Pty pty = Pty.open(80, 24)) {
            Process child = start(pty, "read go; stty size");
            pty.resize(100, 50);
            pty.input().write('\n');
            assertThat(readAll(pty)).contains("50 100");
            assertThat(child.waitFor()).isZero();
        }
    }

    @Test
    void closingEndsAWaitingReaderAndHangsUpTheChild() throws Exception {
        Pty pty = Pty.open(80, 24);
        Process child = start(pty, "echo up; exec sleep 600");
        readUntil(pty, "up");
        CompletableFuture<Integer> reader = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("pty-reader")
                .start(() -> {
                    try {
                        reader.complete(pty.output().read());
                    } catch (IOException e) {
                        reader.completeExceptionally(e);
                    }
                });
        pty.close();
        pty.close();
        assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(-1);
        Awaitility.await().until(() -> !child.isAlive());
        assertThatThrownBy(() -> pty.input().write(1)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesSizesThatNoTerminalHas() {
        assertThatThrownBy(() -> Pty.open(0, 24)).isInstanceOf(OxException.class);
        assertThatThrownBy(() -> Pty.open(80, 70_000)).isInstanceOf(OxException.class);
    }
}
