package dev.oxbow.agents;

import dev.oxbow.agents.Launch.Endpoint;
import dev.oxbow.agents.Launch.ModelKey;
import dev.oxbow.agents.Launch.RepositoryCode;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** OpenCode, run as {@code opencode run --format json}. */
final class OpenCodeAdapter implements AgentAdapter {
    private static final String KEY = "OX_MODEL_KEY";
    private static final String OWN = "oxbow";

    /**
     * Loaded from a git repository in spite of every switch (1.18.33: a second loader of
     * configuration asks none of them): the plug-ins in its folder, and those that a file names.
     */
    private static final List<RepositoryCode> REPOSITORY_CODE =
            List.of(
                    RepositoryCode.of(".opencode/plugin"),
                    RepositoryCode.of(".opencode/plugins"),
                    RepositoryCode.of(".opencode/opencode.json", "plugin"),
                    RepositoryCode.of(".opencode/opencode.jsonc", "plugin"),
                    RepositoryCode.of("opencode.json", "plugin"),
                    RepositoryCode.of("opencode.jsonc", "plugin"));

    /** Where the providers that it knows by name are reached. */
    private static final Map<String, String> HOSTS =
            Map.of(
                    "anthropic", "api.anthropic.com",
                    "openai", "api.openai.com",
                    "google", "generativelanguage.googleapis.com",
                    "openrouter", "openrouter.ai",
                    "groq", "api.groq.com",
                    "mistral", "api.mistral.ai",
                    "deepseek", "api.deepseek.com",
                    "xai", "api.x.ai");

    @Override
    public AgentName name() {
        return AgentName.OPENCODE;
    }

    @Override
    public Launch launch(LaunchRequest request) {
        String model = model(request);
        String provider = model.substring(0, model.indexOf('/'));
        List<String> argv = new ArrayList<>(request.entry());
        argv.addAll(List.of("run", "--format", "json", "-m", model));
        request.resumeSession()
                .ifPresent(id -> argv.addAll(List.of("-s", LaunchParts.word("session", id))));

        Map<String, String> env = LaunchParts.environment(request);
        env.put("XDG_DATA_HOME", request.home() + "/.local/share");
        env.put("XDG_CONFIG_HOME", request.home() + "/.config");
        env.put("XDG_STATE_HOME", request.home() + "/.local/state");
        env.put("XDG_CACHE_HOME", request.home() + "/.cache");
        env.put("OPENCODE_CONFIG_CONTENT", config(request, provider, model));
        env.put("OPENCODE_DISABLE_AUTOUPDATE", "1");
        env.put("OPENCODE_DISABLE_LSP_DOWNLOAD", "1");
        env.put("OPENCODE_DISABLE_MODELS_FETCH", "1");
        if (!request.trustedRepository()) {
            env.put("OPENCODE_DISABLE_PROJECT_CONFIG", "1");
            env.put("OPENCODE_PURE", "1");
        }
        // The only switch that stops a package download of some 90 MB in the background.
        env.put("npm_config_offline", "true");
        return new Launch(
                argv,
                env,
                key(request, provider),
                List.of(),
                LaunchParts.prompt(request),
                Optional.empty(),
                reaches(request, provider),
                new TreeSet<>(),
                request.trustedRepository() ? List.of() : REPOSITORY_CODE);
    }

    private static String model(LaunchRequest request) {
        Optional<String> model = LaunchParts.model(request);
        if (request.modelUrl().isPresent()) {
            return OWN + "/" + model.orElse("default");
        }
        return model.filter(m -> m.indexOf('/') > 0 && m.indexOf('/') < m.length() - 1)
                .orElseThrow(() ->
                        OxException.of(
                                        ErrorCode.INVALID_ARGUMENT,
                                        "opencode needs a model of the form"
                                                + " provider/model, or a model address")
                                .suggest(
                                        "Add --model anthropic/claude-sonnet-4-5, or"
                                                + " --model-url."));
    }

    private static String config(LaunchRequest request, String provider, String model) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("$schema", "https://opencode.ai/config.json");
        config.put("model", model);
        config.put("small_model", model);
        config.put("enabled_providers", List.of(provider));
        config.put("autoupdate", false);
        config.put("share", "disabled");
        Map<String, Object> settings = new LinkedHashMap<>();
        Map<String, Object> options = new LinkedHashMap<>();
        request.modelUrl()
                .ifPresent(url -> {
                    settings.put("npm", "@ai-sdk/openai-compatible");
                    settings.put("name", "Oxbow");
                    options.put("baseURL", LaunchParts.url(url));
                    settings.put(
                            "models",
                            Map.of(
                                    model.substring(provider.length() + 1),
                                    Map.of("name", model.substring(provider.length() + 1))));
                });
        options.put("apiKey", "{env:" + KEY + "}");
        settings.put("options", options);
        config.put("provider", Map.of(provider, settings));
        config.put("permission", permissions(request.policy()));
        return Json.write(config);
    }

    /** Nothing is ever asked: what is not allowed is denied. */
    private static Map<String, String> permissions(RunPolicy policy) {
        String write = policy == RunPolicy.READ_ONLY ? "deny" : "allow";
        String beyond =
                switch (policy) {
                    case READ_ONLY, SANDBOXED -> "deny";
                    case DANGER, PRIVILEGED -> "allow";
                };
        Map<String, String> permissions = new LinkedHashMap<>();
        permissions.put("edit", write);
        permissions.put("bash", write);
        permissions.put("webfetch", beyond);
        permissions.put("websearch", beyond);
        permissions.put("external_directory", beyond);
        permissions.put("doom_loop", "deny");
        permissions.put("question", "deny");
        return permissions;
    }

    private static ModelKey key(LaunchRequest request, String provider) {
        return switch (provider) {
            case OWN -> LaunchParts.key(request, KEY, "OPENCODE_API_KEY", "OPENAI_API_KEY");
            case "google" ->
                    LaunchParts.key(
                            request,
                            KEY,
                            "GOOGLE_GENERATIVE_AI_API_KEY",
                            "GEMINI_API_KEY",
                            "GOOGLE_API_KEY");
            default ->
                    LaunchParts.key(
                            request,
                            KEY,
                            provider.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_")
                                    + "_API_KEY");
        };
    }

    private static List<Endpoint> reaches(LaunchRequest request, String provider) {
        Optional<URI> url = request.modelUrl();
        if (url.isPresent()) {
            return List.of(LaunchParts.endpoint(url.get()));
        }
        String host = HOSTS.get(provider);
        return host == null ? List.of() : List.of(new Endpoint(host, 443));
    }

    @Override
    public StreamDecoder decoder(DecoderContext context) {
        return new OpenCodeDecoder(context);
    }
}
