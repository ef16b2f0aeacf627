package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Relay;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The closed network of a sandbox and the relay as the only way out of it. */
public abstract class NetworkContract extends ProviderContract {
    /** Without walls the port is the host's: it must not meet another test's. */
    private final int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);

    private Path folder = Path.of("/nonexistent");

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("kit-net");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void removeFolder() throws IOException {
        Files.deleteIfExists(folder.resolve("s"));
        Files.deleteIfExists(folder.resolve("t"));
        Files.delete(folder);
    }

    private Path socket() {
        return folder.resolve("s");
    }

    /** Sends to a port inside and gives what came back. */
    private Ran ask(Sandbox sandbox, int to, byte[] content) throws InterruptedException {
        List<String> command = subject().connectTo(to);
        return run(
                sandbox,
                ProcessSpec.of(command.toArray(String[]::new))
                        .withStdin(new ProcessSpec.Stdin.Bytes(EchoServer.request(content))));
    }

    private void expectAnswer(Sandbox sandbox) throws InterruptedException {
        Ran ran = ask(sandbox, port, "ping".getBytes(StandardCharsets.UTF_8));
        assertThat(ran.out()).as(ran.toString()).isEqualTo("echo ping");
    }

    private void expectNoAnswer(Sandbox sandbox, int to) throws InterruptedException {
        Ran ran = ask(sandbox, to, "ping".getBytes(StandardCharsets.UTF_8));
        assertThat(ran.out()).doesNotContain("echo");
    }

    @Test
    void aRelayLeadsToTheSocketAndBack() throws Exception {
        needs(Capability.NET_RELAY);
        Sandbox sandbox = sandbox();
        try (EchoServer server = EchoServer.onSocket(socket());
                Relay relay = sandbox.openRelay(port, socket())) {
            assertThat(relay.port()).isEqualTo(port);
            expectAnswer(sandbox);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aRelayCarriesMuchBothWays() throws Exception {
        needs(Capability.NET_RELAY);
        Sandbox sandbox = sandbox();
        byte[] content = randomBytes(3_000_000);
        try (EchoServer _ = EchoServer.onSocket(socket());
                Relay _ = sandbox.openRelay(port, socket())) {
            byte[] answer = ask(sandbox, port, content).stdout();
            assertThat(answer).hasSize(5 + content.length);
            assertThat(Arrays.equals(Arrays.copyOfRange(answer, 5, answer.length), content))
                    .isTrue();
        }
    }

    @Test
    void aRelayCarriesManyConnectionsAtTheSameTime() throws Exception {
        needs(Capability.NET_RELAY);
        Sandbox sandbox = sandbox();
        try (EchoServer server = EchoServer.onSocket(socket());
                Relay _ = sandbox.openRelay(port, socket())) {
            Callable<Boolean> one =
                    () -> {
                        expectAnswer(sandbox);
                        return true;
                    };
            together(Collections.nCopies(20, one));
            assertThat(server.connections()).isEqualTo(20);
        }
    }

    @Test
    void aRelayMayBeOpenedBeforeSomebodyListens() throws Exception {
        needs(Capability.NET_RELAY);
        Sandbox sandbox = sandbox();
        try (Relay _ = sandbox.openRelay(port, socket())) {
            expectNoAnswer(sandbox, port);
            try (EchoServer _ = EchoServer.onSocket(socket())) {
                expectAnswer(sandbox);
            }
            try (EchoServer _ = EchoServer.onSocket(socket())) {
                expectAnswer(sandbox);
            }
        }
    }

    @Test
    void openingAgainGivesTheSameRelayAndClosingEndsIt() throws Exception {
        needs(Capability.NET_RELAY);
        Sandbox sandbox = sandbox();
        try (EchoServer _ = EchoServer.onSocket(socket())) {
            Relay first = sandbox.openRelay(port, socket());
            Relay second = sandbox.openRelay(port, socket());
            assertThat(second.port()).isEqualTo(first.port());
            expectAnswer(sandbox);
            second.close();
            second.close();
            expectNoAnswer(sandbox, port);
            first.close();
            sandbox.openRelay(port, socket());
            expectAnswer(sandbox);
        }
    }

    @Test
    void closingARelayCutsTheConnectionsThroughIt() throws Exception {
        needs(Capability.NET_RELAY);
        Sandbox sandbox = sandbox();
        byte[] request = EchoServer.request("ping".getBytes(StandardCharsets.UTF_8));
        try (EchoServer server = EchoServer.onSocket(socket())) {
            Relay relay = sandbox.openRelay(port, socket());
            SandboxProcess talking =
                    sandbox.exec(
                            ProcessSpec.of(subject().connectTo(port).toArray(String[]::new))
                                    .withStdin(new ProcessSpec.Stdin.Pipe()));
            talking.write(Arrays.copyOf(request, request.length - 1));
            Awaitility.await("the connection")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> server.connections() == 1);
            relay.close();
            endInput(talking, Arrays.copyOfRange(request, request.length - 1, request.length));
            // The answer begins before all of the question is there; it must not go on.
            assertThat(collect(talking).out()).isIn("", "echo ");
        }
    }

    /** It may have noticed already, and ended. */
    private static void endInput(SandboxProcess process, byte[] last) {
        try {
            process.write(last);
            process.closeStdin();
        } catch (OxException ended) {
            assertThat(process.exit()).as(ended.getMessage()).isPresent();
        }
    }

    @Test
    void theWayOutIsClosedThenOpenAtOnePortThenClosedAgain() throws Exception {
        needs(Capability.NET_RELAY);
        needs(Capability.NET_DENY);
        Sandbox sandbox = sandbox();
        try (EchoServer server = EchoServer.onSocket(socket())) {
            expectNoAnswer(sandbox, port);
            Relay relay = sandbox.openRelay(port, socket());
            expectAnswer(sandbox);
            expectNoAnswer(sandbox, port + 1);
            relay.close();
            expectNoAnswer(sandbox, port);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aPortLeadsToOneSocketOnly() throws Exception {
        needs(Capability.NET_RELAY);
        Sandbox sandbox = sandbox();
        try (Relay _ = sandbox.openRelay(port, socket())) {
            refused(
                    ErrorCode.IDEMPOTENCY_KEY_REUSED,
                    () -> sandbox.openRelay(port, folder.resolve("t")).close());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 80, 1023, 65_536})
    void portsOutsideTheRangeAreRefused(int outside) {
        needs(Capability.NET_RELAY);
        Sandbox sandbox = sandbox();
        refused(ErrorCode.INVALID_ARGUMENT, () -> sandbox.openRelay(outside, socket()).close());
    }

    @Test
    void aRelayOutlivesTheProviderThatOpenedIt() throws Exception {
        needs(Capability.NET_RELAY);
        Sandbox sandbox = sandbox();
        try (EchoServer _ = EchoServer.onSocket(socket())) {
            try (SandboxProvider other = subject().open()) {
                other.get(sandbox.id()).orElseThrow().openRelay(port, socket());
            }
            expectAnswer(sandbox);
            Relay found = sandbox.openRelay(port, socket());
            expectAnswer(sandbox);
            found.close();
            expectNoAnswer(sandbox, port);
        }
    }

    @Test
    void aRelayEndsWithItsSandbox() throws Exception {
        needs(Capability.NET_RELAY);
        needs(Capability.STOP_RESUME);
        Sandbox sandbox = sandbox();
        try (EchoServer _ = EchoServer.onSocket(socket())) {
            sandbox.openRelay(port, socket());
            sandbox.stop();
            sandbox.start();
            expectNoAnswer(sandbox, port);
            sandbox.openRelay(port, socket());
            expectAnswer(sandbox);
        }
    }

    @Test
    void aRelayIsOpenInItsOwnSandboxOnly() throws Exception {
        needs(Capability.NET_RELAY);
        needs(Capability.NET_DENY);
        Sandbox sandbox = sandbox();
        Sandbox other = sandbox();
        try (EchoServer server = EchoServer.onSocket(socket());
                Relay _ = sandbox.openRelay(port, socket());
                Relay _ = other.openRelay(port, folder.resolve("t"))) {
            expectAnswer(sandbox);
            expectNoAnswer(other, port);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void f57_theHostsLoopbackIsOutOfReach() throws Exception {
        needs(Capability.NET_DENY);
        try (EchoServer server = EchoServer.onLoopback()) {
            expectNoAnswer(sandbox(), server.port());
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void f57_thereIsNoNetworkInsideBesidesItsOwnLoopback() throws InterruptedException {
        needs(Capability.NET_DENY);
        Ran ran = run(sandbox(), "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '");
        assertThat(ran.out()).isIn("lo\n", "");
        assertThat(run(sandbox(), "tail -n +2 /proc/net/route").out()).isEmpty();
    }

    @Test
    void aRelayIsRefusedWhereItIsLacking() {
        lacks(Capability.NET_RELAY);
        Sandbox sandbox = sandbox();
        refusedAsUnsupported(() -> sandbox.openRelay(port, socket()).close());
    }
}
