package dev.oxbow.agents;

import dev.oxbow.agents.Launch.LaunchFile;
import dev.oxbow.agents.Launch.RepositoryCode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Gemini CLI, run as {@code gemini -o stream-json}. */
final class GeminiAdapter implements AgentAdapter {
    private static final URI VENDOR = URI.create("https://generativelanguage.googleapis.com");

    /**
     * Settings of the system would outweigh those of the repository, but it takes them only from
     * files of root, and inside a sandbox nothing belongs to root.
     */
    private static final List<RepositoryCode> REPOSITORY_CODE =
            List.of(
                    RepositoryCode.of(".gemini/settings.json"),
                    RepositoryCode.of(".gemini/extensions"));

    /** Without a model named, it first asks a second model which one to take. */
    private static final String DEFAULT_MODEL = "gemini-2.5-pro";

    @Override
    public AgentName name() {
        return AgentName.GEMINI;
    }

    @Override
    public Launch launch(LaunchRequest request) {
        if (request.policy() == RunPolicy.READ_ONLY) {
            // Its plan mode still offers the tool that writes files.
            throw LaunchParts.cannotKeep(name(), request.policy());
        }
        List<String> argv = new ArrayList<>(request.entry());
        argv.addAll(List.of("-m", LaunchParts.model(request).orElse(DEFAULT_MODEL)));
        argv.addAll(List.of("-o", "stream-json", "--approval-mode", "yolo"));
        request.resumeSession()
                .ifPresent(id -> argv.addAll(List.of("--resume", LaunchParts.word("session", id))));

        String home = request.home() + "/.gemini";
        Map<String, String> env = LaunchParts.environment(request);
        env.put("GEMINI_CLI_NO_RELAUNCH", "1");
        env.put("GEMINI_CLI_SYSTEM_SETTINGS_PATH", home + "/oxbow.json");
        env.put("GEMINI_CLI_TRUST_WORKSPACE", "true");
        env.put("GEMINI_TELEMETRY_ENABLED", "false");
        env.put("GOOGLE_GEMINI_BASE_URL", LaunchParts.url(request.modelUrl().orElse(VENDOR)));
        env.put("NO_BROWSER", "1");
        return new Launch(
                argv,
                env,
                LaunchParts.key(request, "GEMINI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"),
                // Where it trusts the place it takes the first, elsewhere the second.
                List.of(
                        new LaunchFile(home + "/oxbow.json", 0600, settings(request)),
                        new LaunchFile(home + "/settings.json", 0600, settings(request))),
                LaunchParts.prompt(request),
                Optional.empty(),
                List.of(LaunchParts.endpoint(request.modelUrl().orElse(VENDOR))),
                new TreeSet<>(),
                request.trustedRepository() ? List.of() : REPOSITORY_CODE);
    }

    /** System settings outweigh those of the user and of the repository. */
    private static String settings(LaunchRequest request) {
        String repository =
                request.trustedRepository()
                        ? ""
                        : """
                        ,
                          "hooksConfig": {"enabled": false},
                          "mcp": {"allowed": ["none"]},
                          "tools": {"discoveryCommand": "", "callCommand": ""}\
                        """;
        return """
        {
          "general": {"enableAutoUpdate": false, "enableAutoUpdateNotification": false, "maxAttempts": %d},
          "privacy": {"usageStatisticsEnabled": false},
          "telemetry": {"enabled": false},
          "security": {"auth": {"selectedType": "gemini-api-key"}}%s
        }
        """
                .formatted(LaunchParts.retries(request) + 1, repository);
    }

    @Override
    public StreamDecoder decoder(DecoderContext context) {
        return new GeminiDecoder(context);
    }
}
