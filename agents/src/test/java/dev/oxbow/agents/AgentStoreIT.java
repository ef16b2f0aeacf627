package dev.oxbow.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Installs the real agents, once, into a directory that later builds reuse. */
final class AgentStoreIT {
    private static final Deadline LONG = Deadline.in(Duration.ofMinutes(5));

    @ParameterizedTest
    @EnumSource(
            value = AgentName.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"COMMAND"})
    void installsThePinnedVersion(AgentName name) throws Exception {
        InstalledAgent agent = RealAgents.installed(name);
        assertThat(agent.version()).isEqualTo(AgentCatalog.pin(name).version());
        assertThat(agent.insideRoot())
                .isEqualTo("/opt/oxbow/agents/" + name + "/" + agent.version());
        assertThat(agent.entry()).allMatch(part -> part.startsWith(agent.insideRoot() + "/"));
        try (Stream<Path> files = Files.walk(agent.hostRoot())) {
            assertThat(files.filter(Files::isDirectory))
                    .allMatch(dir -> {
                        try {
                            return Files.getPosixFilePermissions(dir).size() >= 7;
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }

    @Test
    void asksNobodyWhenItIsInstalled() throws Exception {
        RealAgents.installed(AgentName.CODEX);
        AgentStore offline = new AgentStore(RealAgents.DATA, new Npm(Optional.empty()));
        List<String> said = new ArrayList<>();
        assertThat(offline.install(AgentName.CODEX, said::add, LONG).version())
                .isEqualTo(AgentCatalog.pin(AgentName.CODEX).version());
        assertThat(said).isEmpty();
        assertThat(offline.installed().stream().map(InstalledAgent::name))
                .contains(AgentName.CODEX);
    }

    @Test
    void saysWhatIsMissing(@TempDir Path data) {
        AgentStore store = new AgentStore(data, new Npm(Optional.empty()));
        assertThatThrownBy(() -> store.resolve(AgentName.CODEX))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.AGENT_NOT_INSTALLED);
                            assertThat(e.suggestion()).contains("ox agents install codex");
                        });
        assertThatThrownBy(() -> store.install(AgentName.CODEX, _ -> {}, LONG))
                .hasMessageContaining("there is no npm");
    }

    @Test
    void f44_passesOnWhatNpmSaidAndLeavesNothingBehind(@TempDir Path data) throws Exception {
        Npm failing = new Npm(Optional.of(script(data, "echo 'npm error code E404'; exit 1")));
        AgentStore store = new AgentStore(data, failing);
        assertThatThrownBy(() -> store.install(AgentName.GEMINI, _ -> {}, LONG))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.suggestion()).contains("npm error code E404"));
        assertNothingStaged(data);
    }

    @Test
    void f44_refusesAnotherVersionThanThePinned(@TempDir Path data) throws Exception {
        String other =
                """
                for last; do :; done
                mkdir -p node_modules/@anthropic-ai/claude-code-linux-x64
                printf '#!/bin/sh\\necho "2.1.197 (Claude Code)"\\n' \
                  > node_modules/@anthropic-ai/claude-code-linux-x64/claude
                chmod +x node_modules/@anthropic-ai/claude-code-linux-x64/claude
                cp -r node_modules/@anthropic-ai/claude-code-linux-x64 \
                  node_modules/@anthropic-ai/claude-code-linux-arm64
                """;
        AgentStore store = new AgentStore(data, new Npm(Optional.of(script(data, other))));
        assertThatThrownBy(() -> store.install(AgentName.CLAUDE_CODE, _ -> {}, LONG))
                .isInstanceOf(OxException.class)
                .hasMessageContaining("2.1.329 was asked for")
                .hasMessageContaining("2.1.197");
        assertThat(store.installed()).isEmpty();
        assertNothingStaged(data);
    }

    @Test
    void stopsAnInstallationThatTakesTooLong(@TempDir Path data) throws Exception {
        AgentStore store =
                new AgentStore(data, new Npm(Optional.of(script(data, "sleep 60 & wait"))));
        assertThatThrownBy(() ->
                        store.install(
                                AgentName.CODEX, _ -> {}, Deadline.in(Duration.ofMillis(300))))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.suggestion()).contains("took too long"));
        assertNothingStaged(data);
    }

    private static Path script(Path dir, String body) throws IOException {
        Path file = dir.resolve("npm");
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static void assertNothingStaged(Path data) throws IOException {
        try (Stream<Path> left = Files.list(data.resolve("agents"))) {
            assertThat(left.map(p -> p.getFileName().toString())).containsOnly(".lock");
        }
    }
}
