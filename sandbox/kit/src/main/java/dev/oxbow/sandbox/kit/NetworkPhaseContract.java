package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.NetworkPhase;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Relay;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a sandbox may reach is switched while it runs, and what was open is cut. */
public abstract class NetworkPhaseContract extends ProviderContract {
    private static final byte[] PING = EchoServer.request("ping".getBytes(StandardCharsets.UTF_8));

    /** Without walls the port is the host's: it must not meet another test's. */
    private final int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);

    private Path folder = Path.of("/nonexistent");

    @BeforeEach
    void makeFolder() throws IOException {
        needs(Capability.NET_SWITCH_LIVE);
        needs(Capability.NET_RELAY);
        folder = Files.createTempDirectory("kit-phase");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void removeFolder() throws IOException {
        if (Files.exists(folder)) {
            Files.deleteIfExists(folder.resolve("setup"));
            Files.deleteIfExists(folder.resolve("agent"));
            Files.delete(folder);
        }
    }

    private Path setup() {
        return folder.resolve("setup");
    }

    private Path agent() {
        return folder.resolve("agent");
    }

    private ProcessSpec asking(int to) {
        return ProcessSpec.of(subject().connectTo(to).toArray(String[]::new));
    }

    private boolean answered(Sandbox sandbox, int to) throws InterruptedException {
        return run(sandbox, asking(to).withStdin(new ProcessSpec.Stdin.Bytes(PING)))
                .out()
                .equals("echo ping");
    }

    @Test
    void aNewSandboxIsInThePhaseOfAnAgentWithNoWayOut() throws Exception {
        Sandbox sandbox = sandbox();
        assertThat(sandbox.network()).isEqualTo(NetworkPhase.AGENT);
        assertThat(answered(sandbox, port)).isFalse();
    }

    @Test
    void whatSetupMayReachIsOutOfReachForTheAgentAndTheOtherWayRound() throws Exception {
        Sandbox sandbox = sandbox();
        try (EchoServer first = EchoServer.onSocket(setup());
                EchoServer second = EchoServer.onSocket(agent())) {
            sandbox.setNetwork(NetworkPhase.SETUP);
            assertThat(sandbox.network()).isEqualTo(NetworkPhase.SETUP);
            sandbox.openRelay(port, setup());
            assertThat(answered(sandbox, port)).isTrue();
            sandbox.setNetwork(NetworkPhase.AGENT);
            assertThat(answered(sandbox, port)).isFalse();
            // The same port, to another place.
            sandbox.openRelay(port, agent());
            assertThat(answered(sandbox, port)).isTrue();
            assertThat(first.connections()).isEqualTo(1);
            assertThat(second.connections()).isEqualTo(1);
        }
    }

    @Test
    void f57_offlineCutsAConnectionInUseWhileTheProcessGoesOn() throws Exception {
        Sandbox sandbox = sandbox();
        try (EchoServer server = EchoServer.onSocket(agent())) {
            sandbox.openRelay(port, agent());
            SandboxProcess talking =
                    sandbox.exec(asking(port).withStdin(new ProcessSpec.Stdin.Pipe()));
            SandboxProcess other = untilReady(sandbox.exec(sh("echo ready; sleep 600")));
            talking.write(Arrays.copyOf(PING, PING.length - 1));
            Awaitility.await("the connection")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> server.connections() == 1);
            sandbox.setNetwork(NetworkPhase.OFFLINE);
            endInput(talking);
            // The answer begins before all of the question is there; it must not go on.
            assertThat(collect(talking).out()).isIn("", "echo ");
            assertThat(other.exit()).isEmpty();
            assertThat(answered(sandbox, port)).isFalse();
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    /** It may have noticed already, and ended. */
    private static void endInput(SandboxProcess process) {
        try {
            process.write(Arrays.copyOfRange(PING, PING.length - 1, PING.length));
            process.closeStdin();
        } catch (OxException ended) {
            assertThat(process.exit()).as(ended.getMessage()).isPresent();
        }
    }

    @Test
    void f57_nothingIsOpenedOffline() throws Exception {
        Sandbox sandbox = sandbox();
        sandbox.setNetwork(NetworkPhase.OFFLINE);
        try (EchoServer _ = EchoServer.onSocket(agent())) {
            refused(ErrorCode.EGRESS_DENIED, () -> sandbox.openRelay(port, agent()).close());
            assertThat(answered(sandbox, port)).isFalse();
            sandbox.setNetwork(NetworkPhase.AGENT);
            sandbox.openRelay(port, agent());
            assertThat(answered(sandbox, port)).isTrue();
        }
    }

    @Test
    void theSamePhaseOnceMoreCutsNothing() throws Exception {
        Sandbox sandbox = sandbox();
        try (EchoServer _ = EchoServer.onSocket(agent());
                Relay _ = sandbox.openRelay(port, agent())) {
            sandbox.setNetwork(NetworkPhase.AGENT);
            assertThat(answered(sandbox, port)).isTrue();
        }
    }

    @Test
    void aPhaseIsKeptAndSeenByOthersAndAcrossAStop() throws Exception {
        needs(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox();
        try (SandboxProvider other = subject().open()) {
            Sandbox seen = other.get(sandbox.id()).orElseThrow();
            sandbox.setNetwork(NetworkPhase.OFFLINE);
            assertThat(seen.network()).isEqualTo(NetworkPhase.OFFLINE);
            sandbox.stop();
            sandbox.start();
            assertThat(seen.network()).isEqualTo(NetworkPhase.OFFLINE);
            refused(ErrorCode.EGRESS_DENIED, () -> seen.openRelay(port, agent()).close());
        }
    }

    @Test
    void aPausedSandboxIsSwitchedInItsSleep() throws Exception {
        needs(Capability.PAUSE_MEMORY);
        Sandbox sandbox = sandbox();
        try (EchoServer _ = EchoServer.onSocket(agent())) {
            sandbox.openRelay(port, agent());
            sandbox.pause();
            sandbox.setNetwork(NetworkPhase.OFFLINE);
            assertThat(sandbox.record().state()).isEqualTo(SandboxState.PAUSED);
            sandbox.start();
            assertThat(answered(sandbox, port)).isFalse();
        }
    }

    @Test
    void aSandboxThatIsGoneHasNoPhase() {
        Sandbox sandbox = sandbox();
        provider().destroy(sandbox.id());
        refused(ErrorCode.SANDBOX_NOT_FOUND, sandbox::network);
        refused(ErrorCode.SANDBOX_NOT_FOUND, () -> sandbox.setNetwork(NetworkPhase.OFFLINE));
    }
}
