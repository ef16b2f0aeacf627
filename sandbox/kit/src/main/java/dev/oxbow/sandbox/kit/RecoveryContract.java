package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes and processes found again by others than who made them. */
public abstract class RecoveryContract extends ProviderContract {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static SandboxProcess found(SandboxProvider by, SandboxId sandbox, ProcessId process) {
        return by.get(sandbox).flatMap(s -> s.process(process)).orElseThrow();
    }

    @Test
    void anotherProviderFindsAndControlsEverything() throws InterruptedException {
        Labels labels = Labels.of("kit", "found");
        Sandbox sandbox = sandbox(labels);
        write(sandbox, "f", "by the first");
        SandboxProcess process =
                sandbox.exec(
                        sh("echo one; read -r x; echo \"$x\"; sleep " + markedSeconds())
                                .withStdin(new ProcessSpec.Stdin.Pipe()));
        try (SandboxProvider other = subject().open()) {
            Sandbox again = other.get(sandbox.id()).orElseThrow();
            assertSameButForTime(again.record(), sandbox.record());
            assertThat(read(again, "f")).isEqualTo("by the first");
            SandboxProcess same = again.process(process.id()).orElseThrow();
            assertThat(same.spec().argv()).isEqualTo(process.spec().argv());
            try (OutputCollector output = new OutputCollector(same, Cursor.START)) {
                output.until("one\n", soon());
                same.write(bytes("two\n"));
                output.until("two\n", soon());
                assertThat(same.terminate(Duration.ofSeconds(5)).reason())
                        .isEqualTo(ProcessExit.Reason.SIGNALLED);
                assertThat(output.toTheEnd(soon()).out()).isEqualTo("one\ntwo\n");
            }
            again.setLabels(Labels.of("kit", "changed"));
        }
        assertThat(process.awaitExit(soon()).map(ProcessExit::reason))
                .contains(ProcessExit.Reason.SIGNALLED);
        assertThat(sandbox.record().labels()).isEqualTo(Labels.of("kit", "changed"));
    }

    @Test
    void whatOneProviderDestroysIsGoneForAll() {
        Sandbox sandbox = sandbox();
        try (SandboxProvider other = subject().open()) {
            other.destroy(sandbox.id());
        }
        assertThat(provider().get(sandbox.id())).isEmpty();
    }

    @Test
    void anExitIsToldToThoseWhoComeLater() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess process = sandbox.exec(sh("echo out; echo err >&2; exit 9"));
        ProcessExit exit = process.awaitExit(soon()).orElseThrow();
        try (SandboxProvider other = subject().open()) {
            Ran ran = collect(found(other, sandbox.id(), process.id()));
            assertThat(ran.exit()).isEqualTo(exit);
            assertThat(ran.out() + ran.err()).isEqualTo("out\nerr\n");
        }
    }

    @Test
    void aRepeatedExecByAnotherProviderDoesNotRunTwice() throws InterruptedException {
        Sandbox sandbox = sandbox();
        ProcessSpec spec = sh("echo once >>count");
        collect(sandbox.exec(spec));
        try (SandboxProvider other = subject().open()) {
            collect(other.get(sandbox.id()).orElseThrow().exec(spec));
        }
        assertThat(read(sandbox, "count")).isEqualTo("once\n");
    }

    @Test
    void f14_aCrashInTheMiddleIsNoticedAndTheWorkStaysReadable() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess process =
                untilReady(sandbox.exec(sh("echo half >work; echo ready; sleep 60; echo no")));
        assertThat(sandbox.awaitLoss(Deadline.in(Duration.ZERO))).isFalse();
        if (!subject().crash(sandbox.id())) {
            throw LeftOut.declaredLack("nothing here can crash");
        }

        assertThat(sandbox.awaitLoss(Deadline.in(Duration.ofSeconds(10)))).isTrue();
        ProcessExit exit = process.awaitExit(soon()).orElseThrow();
        assertThat(exit.reason()).isEqualTo(ProcessExit.Reason.SANDBOX_LOST);
        assertThat(collect(process).out()).isEqualTo("ready\n");
        Sandbox found = provider().get(sandbox.id()).orElseThrow();
        assertThat(found.record().state()).isEqualTo(SandboxState.STOPPED);
        assertThat(read(found, "work")).isEqualTo("half\n");
        refused(ErrorCode.CONTAINER_UNAVAILABLE, () -> found.exec(sh("true")));

        if (offers(Capability.STOP_RESUME)) {
            found.start();
            assertThat(found.record().incarnation()).isEqualTo(2);
            assertThat(run(found, "cat work").out()).isEqualTo("half\n");
        }
    }

    @Test
    void f42_aProcessGoesOnWhenItsOwnerIsKilled() throws Exception {
        SandboxId sandbox = newId();
        ProcessId process = ProcessId.next();
        ownedUntilKilled(
                sandbox,
                process,
                "echo one; read -r x; echo \"$x\"; seq 1 5000; exit 11",
                Optional.empty());

        SandboxProcess same = found(provider(), sandbox, process);
        assertThat(same.exit()).isEmpty();
        try (OutputCollector output = new OutputCollector(same, Cursor.START)) {
            output.until("one\n", soon());
            same.write(bytes("two\n"));
            Ran ran = output.toTheEnd(soon());
            assertThat(ran.out())
                    .isEqualTo(
                            "one\ntwo\n"
                                    + IntStream.rangeClosed(1, 5_000)
                                            .mapToObj(n -> n + "\n")
                                            .collect(Collectors.joining()));
            assertThat(ran.code()).isEqualTo(11);
        }
    }

    @Test
    void f42_aProcessThatEndsWithoutAnyOwnerIsToldByItsExit() throws Exception {
        SandboxId sandbox = newId();
        ProcessId process = ProcessId.next();
        ownedUntilKilled(
                sandbox,
                process,
                "echo go >go; until [ -e end ]; do sleep 0.02; done; echo end; exit 12",
                Optional.empty());

        Sandbox same = provider().get(sandbox).orElseThrow();
        write(same, "end", "");
        Ran ran = collect(same.process(process).orElseThrow());
        assertThat(ran.out()).isEqualTo("end\n");
        assertThat(ran.code()).isEqualTo(12);
        assertThat(ran.exit().reason()).isEqualTo(ProcessExit.Reason.EXITED);
    }

    @Test
    void f59_whatAnOwnerLeftIsEndedAsAWhole() throws Exception {
        SandboxId sandbox = newId();
        ProcessId process = ProcessId.next();
        String mark = markedSeconds();
        ownedUntilKilled(
                sandbox,
                process,
                "(setsid sleep " + mark + " &) ; sleep " + mark,
                Optional.empty());

        SandboxProcess same = found(provider(), sandbox, process);
        assertThat(same.terminate(Duration.ofSeconds(5)).reason())
                .isEqualTo(ProcessExit.Reason.SIGNALLED);
        awaitNoSurvivor(provider().get(sandbox).orElseThrow(), mark);
    }

    @Test
    void aRelayGoesOnWhenItsOwnerIsKilled(@TempDir Path folder) throws Exception {
        needs(Capability.NET_RELAY);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        SandboxId sandbox = newId();
        int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
        Path socket = folder.resolve("s");
        try (EchoServer _ = EchoServer.onSocket(socket)) {
            ownedUntilKilled(
                    sandbox,
                    ProcessId.next(),
                    "exit 0",
                    Optional.of(new Owner.Relayed(port, socket)));
            Ran ran =
                    run(
                            provider().get(sandbox).orElseThrow(),
                            ProcessSpec.of(subject().connectTo(port).toArray(String[]::new))
                                    .withStdin(
                                            new ProcessSpec.Stdin.Bytes(
                                                    EchoServer.request(bytes("ping")))));
            assertThat(ran.out()).isEqualTo("echo ping");
        }
    }

    @Test
    void f42_aTerminalGoesOnWhenItsOpenerIsKilled() throws Exception {
        needs(Capability.PTY_REPLAY);
        SandboxId sandbox = newId();
        ProcessId terminal = ProcessId.next();
        ownedUntilKilled(
                Owner.How.ON_A_TERMINAL,
                sandbox,
                terminal,
                "echo before; read -r x; stty size; echo \"got $x\"; exit 7",
                Optional.empty());

        Terminal same = provider().get(sandbox).flatMap(s -> s.terminal(terminal)).orElseThrow();
        assertThat(same.exit()).isEmpty();
        try (Viewing again = Viewing.from(same, 0)) {
            again.until("before\r\n");
            try (Viewing viewing = Viewing.attached(same)) {
                assertThat(viewing.untilLive().screen()).contains("before");
                viewing.type("it\n");
                assertThat(viewing.rest()).isEqualTo("it\r\n24 80\r\ngot it\r\n");
                assertThat(viewing.end().exitCode()).hasValue(7);
            }
            assertThat(again.rest()).endsWith("got it\r\n");
        }
    }

    @Test
    void f42_aTerminalThatEndsWithoutAnyOwnerIsToldByItsExit() throws Exception {
        needs(Capability.PTY_REPLAY);
        SandboxId sandbox = newId();
        ProcessId terminal = ProcessId.next();
        String mark = markedSeconds();
        ownedUntilKilled(
                Owner.How.ON_A_TERMINAL,
                sandbox,
                terminal,
                "setsid sleep " + mark + " & until [ -e end ]; do sleep 0.02; done; echo end",
                Optional.empty());

        Sandbox same = provider().get(sandbox).orElseThrow();
        write(same, "end", "");
        try (Viewing viewing = Viewing.from(same.terminal(terminal).orElseThrow(), 0)) {
            assertThat(viewing.rest()).isEqualTo("end\r\n");
            assertThat(viewing.end().reason()).isEqualTo(ProcessExit.Reason.EXITED);
        }
        awaitNoSurvivor(same, mark);
    }

    @Test
    void f42_bytesThroughATerminalAreExactThoughItsOpenerIsKilledInTheMidst() throws Exception {
        needs(Capability.PTY_REPLAY);
        SandboxId sandbox = newId();
        ProcessId terminal = ProcessId.next();
        byte[] content = randomBytes(10_000_000);
        assertThat(content).as("NUL among the bytes").contains((byte) 0);
        Process owner =
                started(
                        Owner.How.ON_A_TERMINAL,
                        sandbox,
                        terminal,
                        "stty raw -echo; until [ -e big ]; do sleep 0.02; done;"
                                + " head -c 6000000 big; until [ -e go ]; do sleep 0.02; done;"
                                + " tail -c +6000001 big",
                        Optional.empty());
        try {
            Sandbox same = provider().get(sandbox).orElseThrow();
            write(same, "big", content);
            Terminal found = same.terminal(terminal).orElseThrow();
            try (Viewing first = Viewing.from(found, 0)) {
                first.untilLength(1_000_000);
                kill(owner);
                int seen = first.length();
                write(same, "go", "");
                try (Viewing second = Viewing.from(found, seen)) {
                    assertThat(second.end().success()).isTrue();
                    assertThat(
                                    Arrays.equals(
                                            second.bytes(),
                                            0,
                                            second.length(),
                                            content,
                                            seen,
                                            content.length))
                            .as("from where the first stood")
                            .isTrue();
                }
                assertThat(first.end().success()).isTrue();
                assertThat(Arrays.equals(first.bytes(), content)).as("from the start").isTrue();
            }
        } finally {
            kill(owner);
        }
    }

    private void ownedUntilKilled(
            SandboxId sandbox, ProcessId process, String script, Optional<Owner.Relayed> relay)
            throws IOException, InterruptedException {
        ownedUntilKilled(Owner.How.AS_A_PROCESS, sandbox, process, script, relay);
    }

    /** Lets another Java process make a sandbox and start a process, then kills it at once. */
    private void ownedUntilKilled(
            Owner.How how,
            SandboxId sandbox,
            ProcessId process,
            String script,
            Optional<Owner.Relayed> relay)
            throws IOException, InterruptedException {
        kill(started(how, sandbox, process, script, relay));
    }

    private static void kill(Process owner) throws IOException, InterruptedException {
        owner.destroyForcibly().waitFor();
        owner.getInputStream().close();
        owner.getOutputStream().close();
        assertThat(owner.exitValue()).isEqualTo(137);
    }

    /** Another Java process that has made a sandbox and started a process in it. */
    private Process started(
            Owner.How how,
            SandboxId sandbox,
            ProcessId process,
            String script,
            Optional<Owner.Relayed> relay)
            throws IOException, InterruptedException {
        needs(Capability.EXEC_DURABLE);
        ProviderUnderTest.Elsewhere place =
                subject()
                        .elsewhere()
                        .orElseThrow(() ->
                                new AssertionError(
                                        "who claims exec.durable must be reachable from"
                                                + " another Java process"));
        Process owner =
                new ProcessBuilder(Owner.command(how, place, sandbox, process, script, relay))
                        .redirectErrorStream(true)
                        .start();
        BufferedReader said = owner.inputReader(StandardCharsets.UTF_8);
        StringBuilder all = new StringBuilder();
        String line = said.readLine();
        while (line != null && !line.equals("started")) {
            all.append(line).append('\n');
            line = said.readLine();
        }
        assertThat(line).as("the owner failed: %s", all).isEqualTo("started");
        return owner;
    }
}
