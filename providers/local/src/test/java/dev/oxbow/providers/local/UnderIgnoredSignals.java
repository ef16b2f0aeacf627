package dev.oxbow.providers.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Signal;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.sandbox.Viewer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@link IgnoredSignalsIT} runs in a process that ignores signals. */
@SuppressWarnings("NullAway.Init")
class UnderIgnoredSignals {
    private static LocalWorld world;
    private static LocalProvider provider;
    private static Sandbox sandbox;

    @BeforeAll
    static void create() {
        world = new LocalWorld();
        provider = world.open();
        sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
    }

    @AfterAll
    static void destroy() {
        provider.destroy(sandbox.id());
        provider.close();
        world.close();
    }

    private static Deadline patience() {
        return Deadline.in(Duration.ofSeconds(30));
    }

    @Test
    void thisProcessIgnoresThem() {
        assertThat(ProcessTable.status(ProcessHandle.current().pid(), "SigIgn"))
                .hasValueSatisfying(mask ->
                        assertThat(Long.parseUnsignedLong(mask, 16) & 0b10).isEqualTo(0b10));
    }

    @Test
    void aCommandIgnoresAndBlocksNothing() throws Exception {
        SandboxProcess process =
                sandbox.exec(ProcessSpec.of("grep", "-E", "^Sig(Ign|Blk)", "/proc/self/status"));
        StringBuilder said = new StringBuilder();
        try (OutputReader output = process.read(Cursor.START)) {
            while (output.next(patience()).orElseThrow()
                    instanceof OutputFrame.Data(var _, long _, byte[] bytes)) {
                said.append(new String(bytes, UTF_8));
            }
        }
        assertThat(said.toString().lines())
                .hasSize(2)
                .allSatisfy(line -> {
                    long mask = Long.parseUnsignedLong(line.split("\t", -1)[1], 16);
                    // Those from 32 on mean nothing by themselves; two belong to the C library.
                    assertThat(mask & 0x7FFFFFFF).as(line).isZero();
                });
    }

    @Test
    void anInterruptEndsACommand() throws Exception {
        SandboxProcess process = sandbox.exec(ProcessSpec.of("sleep", "600"));
        // Sent again until it is a command: before that there may be nobody to hear it.
        Optional<ProcessExit> end = Optional.empty();
        Deadline deadline = patience();
        while (end.isEmpty() && !deadline.expired()) {
            process.signal(Signal.INT);
            end = process.awaitExit(Deadline.in(Duration.ofMillis(50)));
        }
        assertThat(end.orElseThrow().exitCode()).hasValue(128 + 2);
        assertThat(end.orElseThrow().signal()).hasValue(2);
    }

    @Test
    void controlCEndsACommandOnATerminal() throws Exception {
        Terminal terminal =
                sandbox.openTerminal(
                        ProcessSpec.of("sh", "-c", "echo up; exec sleep 600"),
                        new TerminalSize(80, 24));
        assertThat(Shown.until(terminal, text -> text.contains("up"))).contains("up");
        terminal.write(Viewer.next(), 0, new byte[] {3});
        assertThat(terminal.awaitExit(patience()).orElseThrow().exitCode()).hasValue(128 + 2);
    }
}
