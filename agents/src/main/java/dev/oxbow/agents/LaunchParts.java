package dev.oxbow.agents;

import dev.oxbow.agents.Launch.Endpoint;
import dev.oxbow.agents.Launch.KeyChoice;
import dev.oxbow.agents.Launch.ModelKey;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the launches of all agents have in common. */
final class LaunchParts {
    private static final String PATH =
            "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

    private LaunchParts() {}

    /** The clean environment: nothing is inherited. */
    static Map<String, String> environment(LaunchRequest request) {
        Map<String, String> env = new TreeMap<>();
        env.put("PATH", PATH);
        env.put("HOME", request.home());
        env.put("LANG", "C.UTF-8");
        env.put("TMPDIR", "/tmp");
        env.put("TERM", "dumb");
        env.put("NO_COLOR", "1");
        request.proxy()
                .ifPresent(proxy -> {
                    for (String name : List.of("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")) {
                        env.put(name, proxy.toString());
                        env.put(name.toLowerCase(Locale.ROOT), proxy.toString());
                    }
                    // Empty on purpose: a model at 127.0.0.1 is reached by the proxy too.
                    env.put("NO_PROXY", "");
                    env.put("no_proxy", "");
                });
        return env;
    }

    static byte[] prompt(LaunchRequest request) {
        if (request.prompt().isBlank()) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "the prompt is empty")
                    .suggest("Say what the agent should do: ox run \"fix the failing test\".");
        }
        return request.prompt().getBytes(StandardCharsets.UTF_8);
    }

    /** Words that become arguments must not be taken for flags. */
    static String word(String what, String value) {
        if (value.isBlank() || value.startsWith("-") || value.chars().anyMatch(c -> c < ' ')) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "'%s' cannot be the name of a %s", value, what);
        }
        return value;
    }

    static Optional<String> model(LaunchRequest request) {
        return request.model().map(model -> word("model", model));
    }

    /** The model server's address without a slash at its end; refuses what no agent can call. */
    static String url(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "the model's address must be an http or https URL with a host");
        }
        if (url.getUserInfo() != null) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "the model's address must not hold a user name or password")
                    .suggest("Name the variable that holds the key with --model-key-env.");
        }
        String text = url.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    static Endpoint endpoint(URI url) {
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        return new Endpoint(url.getHost(), url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80);
    }

    /** A model server of this machine: it seldom asks for a key, and trying again seldom helps. */
    static boolean isLocal(Optional<URI> url) {
        return url.map(URI::getHost)
                .map(host ->
                        host.equals("localhost") || host.equals("[::1]") || host.startsWith("127."))
                .orElse(false);
    }

    /**
     * How often an agent may repeat a failing request. At least once: an answer is cut off when
     * another driver takes the run over.
     */
    static int retries(LaunchRequest request) {
        return isLocal(request.modelUrl()) ? 1 : 3;
    }

    /**
     * The key under one name, from the variable that the user named or else the usual ones.
     *
     * @param name the variable that the agent reads
     */
    static ModelKey key(LaunchRequest request, String name, String... usual) {
        List<KeyChoice> choices = new ArrayList<>();
        if (request.keyEnv().isPresent()) {
            choices.add(new KeyChoice(name, request.keyEnv().get()));
        } else {
            for (String source : usual) {
                choices.add(new KeyChoice(name, source));
            }
        }
        return new ModelKey(choices, placeholder(request));
    }

    static Optional<String> placeholder(LaunchRequest request) {
        return isLocal(request.modelUrl()) && request.keyEnv().isEmpty()
                ? Optional.of("no-key")
                : Optional.empty();
    }

    static OxException cannotKeep(AgentName agent, RunPolicy policy) {
        return OxException.of(
                        ErrorCode.CAPABILITY_UNSUPPORTED,
                        "%s cannot be held to the policy %s here",
                        agent,
                        policy.wire())
                .suggest("Use claude-code or opencode for read-only runs.");
    }
}
