package dev.oxbow.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Runs the real agents bare, outside of any sandbox, in a directory of the test. */
final class RealAgents {
    /** How an agent ended. */
    record Ended(int exitCode, String out, String err) {}

    /** An agent, its protocol, and its executable below an installation. */
    enum Agent {
        CODEX(Protocol.OPENAI_RESPONSES, "codex", ".*/@openai/codex-[^/]*/vendor/.*/codex"),
        OPENCODE(Protocol.OPENAI_CHAT, "opencode", ".*/opencode-linux-[^/]*/bin/opencode"),
        CLAUDE(Protocol.ANTHROPIC_MESSAGES, "claude", ".*/@anthropic-ai/claude-code-[^/]*/claude"),
        GEMINI(Protocol.GEMINI, "gemini", ".*/@google/gemini-cli/bundle/gemini\\.js");

        final Protocol protocol;
        private final String name;
        private final String path;

        Agent(Protocol protocol, String name, String path) {
            this.protocol = protocol;
            this.name = name;
            this.path = path;
        }
    }

    private final Path home;
    private final Path work;
    private final ModelServer model;

    RealAgents(Path dir, ModelServer model) throws IOException {
        this.home = Files.createDirectories(dir.resolve("home"));
        this.work = Files.createDirectories(dir.resolve("work"));
        Files.createDirectories(dir.resolve("tmp"));
        this.model = model;
        run(List.of("git", "init", "-q"), Map.of(), "");
    }

    Path work() {
        return work;
    }

    Ended prompt(Agent agent, String prompt) throws IOException {
        return prompt(agent, prompt, Optional.empty());
    }

    Ended prompt(Agent agent, String prompt, Optional<String> resume) throws IOException {
        Path binary = find(agent);
        String url = model.baseUrl(agent.protocol).toString();
        return switch (agent) {
            case CODEX -> codex(binary, url, prompt, resume);
            case OPENCODE -> openCode(binary, url, prompt, resume);
            case CLAUDE -> claude(binary, url, prompt, resume);
            case GEMINI -> gemini(binary, url, prompt, resume);
        };
    }

    private Ended codex(Path binary, String url, String prompt, Optional<String> resume)
            throws IOException {
        Path codexHome = Files.createDirectories(home.resolve("codex"));
        Files.writeString(
                codexHome.resolve("config.toml"),
                """
                model = "scripted-model"
                model_provider = "scripted"
                check_for_update_on_startup = false
                web_search = "disabled"
                analytics = { enabled = false }
                otel = { metrics_exporter = "none", exporter = "none" }
                features = { plugins = false, apps = false, remote_plugin = false, unbounded_connection_retries = false }
                [model_providers.scripted]
                name = "scripted"
                base_url = "%s"
                env_key = "MODEL_KEY"
                wire_api = "responses"
                request_max_retries = 0
                stream_max_retries = 0
                supports_websockets = false
                """
                        .formatted(url));
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                binary.toString(),
                                "exec",
                                "--json",
                                "-s",
                                "danger-full-access",
                                "-C",
                                work.toString()));
        resume.ifPresent(id -> argv.addAll(List.of("resume", id)));
        argv.add("-");
        return run(
                argv, Map.of("CODEX_HOME", codexHome.toString(), "MODEL_KEY", "the-key"), prompt);
    }

    private Ended openCode(Path binary, String url, String prompt, Optional<String> resume)
            throws IOException {
        Map<String, String> env = new LinkedHashMap<>();
        for (String kind : List.of("DATA", "CONFIG", "STATE", "CACHE")) {
            env.put("XDG_" + kind + "_HOME", home.resolve("xdg-" + kind).toString());
        }
        for (String off : List.of("AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD", "PROJECT_CONFIG")) {
            env.put("OPENCODE_DISABLE_" + off, "1");
        }
        env.put("npm_config_offline", "true");
        env.put("MODEL_KEY", "the-key");
        env.put(
                "OPENCODE_CONFIG_CONTENT",
                """
                {"model":"scripted/m","small_model":"scripted/m","enabled_providers":["scripted"],
                 "autoupdate":false,"share":"disabled",
                 "provider":{"scripted":{"npm":"@ai-sdk/openai-compatible","name":"Scripted",
                   "options":{"baseURL":"%s","apiKey":"{env:MODEL_KEY}"},
                   "models":{"m":{"name":"M","limit":{"context":32000,"output":4000}}}}},
                 "permission":{"edit":"allow","bash":"allow","webfetch":"deny"}}
                """
                        .formatted(url));
        List<String> argv = new ArrayList<>(List.of(binary.toString(), "run", "--format", "json"));
        resume.ifPresent(id -> argv.addAll(List.of("-s", id)));
        return run(argv, env, prompt);
    }

    private Ended claude(Path binary, String url, String prompt, Optional<String> resume)
            throws IOException {
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                binary.toString(),
                                "-p",
                                "--output-format",
                                "stream-json",
                                "--verbose",
                                "--permission-mode",
                                "bypassPermissions",
                                "--setting-sources",
                                "user",
                                "--model",
                                "scripted-model"));
        resume.ifPresent(id -> argv.addAll(List.of("--resume", id)));
        return run(
                argv,
                Map.of(
                        "ANTHROPIC_BASE_URL", url,
                        "ANTHROPIC_API_KEY", "the-key",
                        "CLAUDE_CONFIG_DIR", home.resolve("claude").toString(),
                        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1",
                        "DISABLE_AUTOUPDATER", "1",
                        "DISABLE_TELEMETRY", "1",
                        "DISABLE_ERROR_REPORTING", "1",
                        "CLAUDE_CODE_MAX_RETRIES", "0",
                        "IS_SANDBOX", "1"),
                prompt);
    }

    private Ended gemini(Path script, String url, String prompt, Optional<String> resume)
            throws IOException {
        Path settings = Files.createDirectories(home.resolve(".gemini")).resolve("settings.json");
        Files.writeString(
                settings,
                """
                {"general":{"enableAutoUpdate":false,"maxAttempts":1},
                 "privacy":{"usageStatisticsEnabled":false},"telemetry":{"enabled":false},
                 "security":{"auth":{"selectedType":"gemini-api-key"}}}
                """);
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                "node",
                                script.toString(),
                                "-m",
                                "scripted-model",
                                "-o",
                                "stream-json",
                                "--approval-mode",
                                "yolo"));
        resume.ifPresent(id -> argv.addAll(List.of("--resume", id)));
        return run(
                argv,
                Map.of(
                        "GOOGLE_GEMINI_BASE_URL", url,
                        "GEMINI_API_KEY", "the-key",
                        "GEMINI_CLI_TRUST_WORKSPACE", "true",
                        "GEMINI_CLI_NO_RELAUNCH", "1",
                        "GEMINI_TELEMETRY_ENABLED", "false",
                        "NO_BROWSER", "1"),
                prompt);
    }

    private Ended run(List<String> argv, Map<String, String> extra, String input)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(argv).directory(work.toFile());
        Map<String, String> env = builder.environment();
        String path = env.getOrDefault("PATH", "/usr/bin:/bin");
        env.clear();
        env.putAll(
                Map.of(
                        "PATH",
                        path,
                        "HOME",
                        home.toString(),
                        "TMPDIR",
                        home.resolveSibling("tmp").toString(),
                        "LANG",
                        "C.UTF-8",
                        "TERM",
                        "dumb",
                        "NO_COLOR",
                        "1"));
        env.putAll(extra);
        Process process = builder.start();
        Future<String> out = reader(process.getInputStream());
        Future<String> err = reader(process.getErrorStream());
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                throw new IOException("the agent did not end: " + argv.getFirst());
            }
            return new Ended(
                    process.exitValue(),
                    out.get(10, TimeUnit.SECONDS),
                    err.get(10, TimeUnit.SECONDS));
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IOException(e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** On a platform thread: a blocked read of a pipe holds its carrier. */
    private static Future<String> reader(InputStream in) {
        Callable<String> read = () -> new String(in.readAllBytes(), StandardCharsets.UTF_8);
        FutureTask<String> task = new FutureTask<>(read);
        Thread.ofPlatform().name("agent-output").daemon().start(task);
        return task;
    }

    /**
     * The executable; without it the test fails where everything must be there, else is skipped.
     */
    private static Path find(Agent agent) throws IOException {
        for (Path root : roots()) {
            if (Files.isDirectory(root)) {
                try (Stream<Path> files = Files.walk(root, 10)) {
                    Optional<Path> found =
                            files.filter(file -> file.toString().matches(agent.path))
                                    .filter(Files::isRegularFile)
                                    .sorted()
                                    .findFirst();
                    if (found.isPresent()) {
                        return found.get();
                    }
                }
            }
        }
        String missing =
                "%s is not installed; set OX_TEST_DATA to a data directory that has it"
                        .formatted(agent.name);
        System.err.println("[testing] SKIPPED: " + missing);
        return abort(missing);
    }

    private static List<Path> roots() {
        List<Path> roots = new ArrayList<>();
        for (String variable : List.of("OX_TEST_DATA", "OX_DATA_DIR")) {
            Optional.ofNullable(System.getenv(variable))
                    .map(dir -> Path.of(dir, "agents"))
                    .ifPresent(roots::add);
        }
        roots.add(Path.of("/var/lib/oxbow/agents"));
        roots.add(Path.of(System.getProperty("user.home"), ".local/share/oxbow/agents"));
        return roots;
    }
}
