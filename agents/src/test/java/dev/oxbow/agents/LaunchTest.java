package dev.oxbow.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LaunchTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final URI LOCAL = URI.create("http://127.0.0.1:8123/v1/");

    @ParameterizedTest
    @EnumSource(AgentName.class)
    void givesItsGoldenLaunch(AgentName name) throws IOException {
        List<String> actual = new ArrayList<>();
        requests(name)
                .forEach((title, request) ->
                        print(title, AgentAdapter.of(name).launch(request), actual));
        Path file = GOLDEN.resolve("launch-" + name + ".txt");
        if (System.getenv("GOLDEN_WRITE") != null) {
            Files.write(file, actual);
        }
        assertThat(actual).containsExactlyElementsOf(Files.readAllLines(file));
    }

    private static Map<String, LaunchRequest> requests(AgentName name) {
        LaunchRequest plain =
                LaunchRequest.of(List.of("/opt/oxbow/agents/x/program"), "fix \"the\" $bug");
        Map<String, LaunchRequest> requests = new LinkedHashMap<>();
        if (name == AgentName.COMMAND) {
            requests.put(
                    "any command",
                    LaunchRequest.of(List.of("make", "test"), "")
                            .withProxy(URI.create("http://127.0.0.1:3128")));
            return requests;
        }
        requests.put(
                "the vendor's model",
                name == AgentName.OPENCODE ? plain.withModel("anthropic/claude-x") : plain);
        requests.put(
                "a model of this machine, a session continued, behind a proxy",
                plain.withModel("m\"1")
                        .withModelUrl(LOCAL)
                        .withResumeSession("0199-abc")
                        .withProxy(URI.create("http://127.0.0.1:3128")));
        requests.put(
                "trusted, all rights, a key of the user's choice",
                plain.withModel(name == AgentName.OPENCODE ? "openai/m" : "m")
                        .withKeyEnv("MY_KEY")
                        .withTrustedRepository(true)
                        .withPolicy(RunPolicy.DANGER));
        return requests;
    }

    private static void print(String title, Launch launch, List<String> out) {
        out.add("# " + title);
        out.add("argv " + launch.argv());
        new TreeMap<>(launch.env()).forEach((key, value) -> out.add("env " + key + "=" + value));
        launch.key().choices().forEach(c -> out.add("key " + c.name() + " from " + c.source()));
        launch.key().placeholder().ifPresent(p -> out.add("key otherwise " + p));
        for (Launch.LaunchFile file : launch.files()) {
            out.add("file " + file.path() + " " + Integer.toOctalString(file.mode()));
            file.content().lines().forEach(line -> out.add("  | " + line));
        }
        out.add("stdin " + new String(launch.stdin(), StandardCharsets.UTF_8));
        out.add("reaches " + launch.reaches());
        out.add("direct ports " + launch.directPorts());
        out.add("repository code " + launch.repositoryCode());
        out.add("");
    }

    @ParameterizedTest
    @EnumSource(value = AgentName.class, names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void neverPutsThePromptIntoAnArgument(AgentName name) {
        Launch launch =
                AgentAdapter.of(name)
                        .launch(
                                LaunchRequest.of(List.of("x"), "-unusual prompt")
                                        .withModelUrl(LOCAL));
        assertThat(launch.argv()).noneMatch(word -> word.contains("unusual"));
        assertThat(launch.toString()).doesNotContain("unusual");
    }

    @ParameterizedTest
    @EnumSource(value = AgentName.class, names = "COMMAND", mode = EnumSource.Mode.EXCLUDE)
    void refusesWhatNoAgentCanUse(AgentName name) {
        AgentAdapter adapter = AgentAdapter.of(name);
        LaunchRequest good = LaunchRequest.of(List.of("x"), "do it").withModelUrl(LOCAL);
        for (LaunchRequest bad :
                List.of(
                        LaunchRequest.of(List.of("x"), " \n").withModelUrl(LOCAL),
                        good.withModel("--dangerous"),
                        good.withResumeSession("-c"),
                        good.withModelUrl(URI.create("file:///etc/passwd")),
                        good.withModelUrl(URI.create("http://user:secret@host/v1")))) {
            assertThatThrownBy(() -> adapter.launch(bad))
                    .isInstanceOfSatisfying(
                            OxException.class,
                            e -> {
                                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                                assertThat(e.getMessage()).doesNotContain("secret");
                            });
        }
    }

    @Test
    void refusesReadOnlyWhereTheAgentCannotKeepIt() {
        for (AgentName name : List.of(AgentName.CODEX, AgentName.GEMINI, AgentName.COMMAND)) {
            LaunchRequest request =
                    LaunchRequest.of(List.of("x"), "look").withPolicy(RunPolicy.READ_ONLY);
            assertThatThrownBy(() -> AgentAdapter.of(name).launch(request))
                    .isInstanceOfSatisfying(
                            OxException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.CAPABILITY_UNSUPPORTED));
        }
    }

    @Test
    void takesTheFirstKeyThatIsSet() {
        Launch launch =
                AgentAdapter.of(AgentName.CODEX).launch(LaunchRequest.of(List.of("x"), "do it"));
        assertThat(
                        launch.key()
                                .resolve(name ->
                                        name.equals("OPENAI_API_KEY")
                                                ? Optional.of("sk-1")
                                                : Optional.empty()))
                .containsExactly(Map.entry("CODEX_API_KEY", "sk-1"));
        assertThatThrownBy(() -> launch.key().resolve(_ -> Optional.empty()))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.AGENT_AUTH_MISSING);
                            assertThat(e.getMessage()).contains("CODEX_API_KEY or OPENAI_API_KEY");
                        });
    }

    @Test
    void readsNamesAndAliases() {
        assertThat(AgentName.parse("Claude")).isEqualTo(AgentName.CLAUDE_CODE);
        for (AgentName name : AgentName.values()) {
            assertThat(AgentName.parse(name.wire())).isEqualTo(name);
        }
        assertThatThrownBy(() -> AgentName.parse("cody"))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e ->
                                assertThat(e.suggestion())
                                        .contains("codex, opencode, claude-code, gemini, command"));
    }
}
