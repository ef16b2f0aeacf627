package dev.oxbow.agents;

import dev.oxbow.agents.Launch.KeyChoice;
import dev.oxbow.agents.Launch.ModelKey;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Claude Code, run as {@code claude -p --output-format stream-json}. */
final class ClaudeAdapter implements AgentAdapter {
    private static final URI VENDOR = URI.create("https://api.anthropic.com");

    /** Each is sent in a way of its own, so each keeps its name. */
    private static final List<String> KEYS =
            List.of("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN");

    @Override
    public AgentName name() {
        return AgentName.CLAUDE_CODE;
    }

    @Override
    public Launch launch(LaunchRequest request) {
        List<String> argv = new ArrayList<>(request.entry());
        argv.addAll(List.of("-p", "--output-format", "stream-json", "--verbose"));
        argv.add("--permission-mode");
        argv.add(
                switch (request.policy()) {
                    case READ_ONLY -> "plan";
                    case SANDBOXED, DANGER, PRIVILEGED -> "bypassPermissions";
                });
        argv.addAll(
                List.of(
                        "--setting-sources",
                        request.trustedRepository() ? "user,project,local" : "user"));
        if (!request.trustedRepository()) {
            argv.add("--strict-mcp-config");
        }
        LaunchParts.model(request).ifPresent(model -> argv.addAll(List.of("--model", model)));
        request.resumeSession()
                .ifPresent(id -> argv.addAll(List.of("--resume", LaunchParts.word("session", id))));

        Map<String, String> env = LaunchParts.environment(request);
        env.put("CLAUDE_CONFIG_DIR", request.home() + "/.claude");
        env.put("ANTHROPIC_BASE_URL", LaunchParts.url(request.modelUrl().orElse(VENDOR)));
        env.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
        env.put("CLAUDE_CODE_MAX_RETRIES", Integer.toString(LaunchParts.retries(request)));
        env.put("DISABLE_AUTOUPDATER", "1");
        env.put("DISABLE_ERROR_REPORTING", "1");
        env.put("DISABLE_TELEMETRY", "1");
        // Says that walls stand around it: as root it refuses to act without asking otherwise.
        env.put("IS_SANDBOX", "1");
        return new Launch(
                argv,
                env,
                key(request),
                List.of(),
                LaunchParts.prompt(request),
                Optional.empty(),
                List.of(LaunchParts.endpoint(request.modelUrl().orElse(VENDOR))),
                new TreeSet<>(),
                List.of());
    }

    private static ModelKey key(LaunchRequest request) {
        return request.keyEnv()
                .map(source ->
                        new ModelKey(
                                List.of(
                                        new KeyChoice(
                                                KEYS.contains(source) ? source : KEYS.getFirst(),
                                                source)),
                                Optional.empty()))
                .orElseGet(() ->
                        new ModelKey(
                                KEYS.stream().map(name -> new KeyChoice(name, name)).toList(),
                                LaunchParts.placeholder(request)));
    }

    @Override
    public StreamDecoder decoder(DecoderContext context) {
        return new ClaudeDecoder(context);
    }
}
