package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Relay;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.io.IOException;
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

    private static List<Long> relaysTo(Path socket) {
        return ProcessTable.withArgument("UNIX-CONNECT:" + socket);
    }
}
