package dev.oxbow.agents;

import dev.oxbow.agents.Launch.LaunchFile;
import dev.oxbow.base.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Codex CLI, run as {@code codex exec --json} with a configuration of its own. */
final class CodexAdapter implements AgentAdapter {
    private static final URI VENDOR = URI.create("https://api.openai.com/v1");

    @Override
    public AgentName name() {
        return AgentName.CODEX;
    }

    @Override
    public Launch launch(LaunchRequest request) {
        if (request.policy() == RunPolicy.READ_ONLY) {
            // Its read-only mode is its own bwrap, which cannot start inside our walls.
            throw LaunchParts.cannotKeep(name(), request.policy());
        }
        List<String> argv = new ArrayList<>(request.entry());
        argv.addAll(List.of("exec", "--json", "-s", "danger-full-access", "-C", request.cwd()));
        argv.add("--skip-git-repo-check");
        if (request.trustedRepository()) {
            argv.add("--trust");
        }
        request.resumeSession()
                .ifPresent(id -> argv.addAll(List.of("resume", LaunchParts.word("session", id))));
        argv.add("-");

        String home = request.home() + "/.codex";
        Map<String, String> env = LaunchParts.environment(request);
        env.put("CODEX_HOME", home);
        return new Launch(
                argv,
                env,
                LaunchParts.key(request, "CODEX_API_KEY", "CODEX_API_KEY", "OPENAI_API_KEY"),
                List.of(new LaunchFile(home + "/config.toml", 0600, config(request))),
                LaunchParts.prompt(request),
                Optional.empty(),
                List.of(LaunchParts.endpoint(request.modelUrl().orElse(VENDOR))),
                new TreeSet<>(),
                List.of());
    }

    /**
     * A provider of our own, because the built-in one first tries other ways to its server; no
     * update, plug-in or metrics host is asked, and a dead server does not hang the run.
     */
    private static String config(LaunchRequest request) {
        String model =
                LaunchParts.model(request).map(m -> "model = " + Json.write(m) + "\n").orElse("");
        return model
                + """
                model_provider = "oxbow"
                check_for_update_on_startup = false
                web_search = "disabled"
                analytics = { enabled = false }
                otel = { metrics_exporter = "none", exporter = "none" }
                features = { plugins = false, apps = false, remote_plugin = false, unbounded_connection_retries = false }
                shell_environment_policy = { inherit = "all", exclude = ["CODEX_API_KEY"] }

                [model_providers.oxbow]
                name = "oxbow"
                base_url = %s
                env_key = "CODEX_API_KEY"
                wire_api = "responses"
                request_max_retries = %d
                stream_max_retries = %d
                supports_websockets = false
                """
                        .formatted(
                                Json.write(LaunchParts.url(request.modelUrl().orElse(VENDOR))),
                                LaunchParts.retries(request),
                                LaunchParts.retries(request));
    }

    @Override
    public StreamDecoder decoder(DecoderContext context) {
        return new CodexDecoder(context);
    }
}
