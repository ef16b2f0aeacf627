package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.NetworkPhase;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Relay;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one {@code ox} leaves is found by the next, and nothing is left of what was destroyed. */
class LeftoversIT {
    @BeforeAll
    static void needTheTools() {
        Needs.theTools();
    }

    @Test
    void aRelayIsTakenUpByTheNextAndEndsWithItsSandbox(@TempDir Path host) throws IOException {
        try (LocalWorld world = new LocalWorld()) {
            SandboxId id = SandboxId.next();
            Path socket = host.resolve("s");
            LocalProvider first = world.open();
            Sandbox made = first.create(SandboxSpec.of(id));
            Relay unusedStays = made.openRelay(4000, socket);
            made.exec(ProcessSpec.of("sleep", "60"));
            first.close();

            Path written = SandboxFolder.of(world.data(), id).relays().resolve("4000");
            String relay = Files.readString(written);
            StoredSandbox stored =
                    StoredSandbox.read(SandboxFolder.of(world.data(), id).record()).orElseThrow();
            try (LocalProvider next = world.open()) {
                Relay same = next.get(id).orElseThrow().openRelay(4000, socket);
                assertThat(same.port()).isEqualTo(4000);
                assertThat(Files.readString(written))
                        .as("taken up, not made anew")
                        .isEqualTo(relay);
                assertThat(relaysTo(socket)).hasSize(1);

                next.destroy(id);
            }
            assertThat(relaysTo(socket)).isEmpty();
            List<String> groups = new ArrayList<>(stored.groups().join());
            stored.groups().track().ifPresent(groups::add);
            Awaitility.await("control groups")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> groups.stream().noneMatch(g -> Files.exists(Path.of(g))));
            assertThat(SandboxFolder.of(world.data(), id).path()).doesNotExist();
        }
    }

    @Test
    void f57_offlineCutsAConnectionWhoseRelayDied(@TempDir Path host) throws Exception {
        Path socket = host.resolve("s");
        try (LocalWorld world = new LocalWorld();
                LocalProvider provider = world.open();
                ServerSocketChannel server =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
            try {
                sandbox.openRelay(4000, socket);
                sandbox.exec(ProcessSpec.of("sh", "-c", "sleep 600 | socat - TCP4:127.0.0.1:4000"));
                try (SocketChannel _ = server.accept()) {
                    Path written =
                            SandboxFolder.of(world.data(), sandbox.id()).relays().resolve("4000");
                    ProcessRef relay =
                            ProcessTable.parseStat(Files.readAllLines(written).get(1))
                                    .orElseThrow();
                    Site.killAndAwait(List.of(relay), Deadline.in(Duration.ofSeconds(30)));
                    assertThat(relaysTo(socket)).as("its connection").isNotEmpty();
                    sandbox.setNetwork(NetworkPhase.OFFLINE);
                    assertThat(relaysTo(socket)).isEmpty();
                }
                assertThat(sandbox.processes()).singleElement().matches(p -> p.exit().isEmpty());
            } finally {
                provider.destroy(sandbox.id());
            }
        }
    }

    @Test
    void f57_offlineOnceMoreCutsWhatIsOpenNow() throws Exception {
        try (LocalWorld world = new LocalWorld();
                LocalProvider provider = world.open()) {
            Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
            try {
                sandbox.setNetwork(NetworkPhase.OFFLINE);
                StoredSandbox stored =
                        StoredSandbox.read(SandboxFolder.of(world.data(), sandbox.id()).record())
                                .orElseThrow();
                long holder = stored.holder().orElseThrow().pid();
                List<String> words =
                        new ArrayList<>(
                                new JoinCommand(
                                                Tools.locate(),
                                                holder,
                                                stored.monitor().orElseThrow().pid())
                                        .network());
                words.addAll(List.of("sleep", "600"));
                Process open = new ProcessBuilder(words).start();
                try {
                    Awaitility.await()
                            .until(() ->
                                    ProcessTable.outsideInNetworkOf(holder).stream()
                                            .anyMatch(p -> p.pid() == open.pid()));
                    sandbox.setNetwork(NetworkPhase.OFFLINE);
                    assertThat(ProcessTable.find(open.pid())).isEmpty();
                } finally {
                    open.destroyForcibly();
                }
            } finally {
                provider.destroy(sandbox.id());
            }
        }
    }

    private static List<Long> relaysTo(Path socket) {
        return ProcessTable.withArgument("UNIX-CONNECT:" + socket);
    }
}
