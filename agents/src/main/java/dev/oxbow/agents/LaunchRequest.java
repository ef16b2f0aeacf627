package dev.oxbow.agents;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an agent is to be started for. All paths are inside the sandbox.
 *
 * @param entry program and first arguments that start the agent, as {@link InstalledAgent#entry}
 *     says; the whole command for {@link AgentName#COMMAND}
 * @param prompt what the agent is asked to do; empty for {@link AgentName#COMMAND}
 * @param model the model, in the agent's own spelling; empty for the agent's default
 * @param modelUrl base URL of the model server, as the agent's own documentation gives it; empty
 *     for the vendor's
 * @param keyEnv name of the variable that holds the model's key outside; empty for the agent's
 *     usual
 * @param policy what the agent may do
 * @param resumeSession the agent's own session to continue
 * @param cwd where the agent works
 * @param home the agent's home; its state lies below it and must outlive the run to be resumed
 * @param proxy the HTTP proxy that is the only way out, such as {@code http://127.0.0.1:3128}
 * @param trustedRepository whether the owner allows the repository to configure the agent
 */
public record LaunchRequest(
        List<String> entry,
        String prompt,
        Optional<String> model,
        Optional<URI> modelUrl,
        Optional<String> keyEnv,
        RunPolicy policy,
        Optional<String> resumeSession,
        String cwd,
        String home,
        Optional<URI> proxy,
        boolean trustedRepository) {
    /** Copies the list. */
    public LaunchRequest {
        entry = List.copyOf(entry);
    }

    /** A request with every default. */
    public static LaunchRequest of(List<String> entry, String prompt) {
        return new LaunchRequest(
                entry,
                prompt,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RunPolicy.SANDBOXED,
                Optional.empty(),
                "/workspace",
                "/home/agent",
                Optional.empty(),
                false);
    }

    /** The same for another model. */
    public LaunchRequest withModel(String value) {
        return with(copy -> copy.model = Optional.of(value));
    }

    /** The same with another model server. */
    public LaunchRequest withModelUrl(URI value) {
        return with(copy -> copy.modelUrl = Optional.of(value));
    }

    /** The same with the key from another variable. */
    public LaunchRequest withKeyEnv(String value) {
        return with(copy -> copy.keyEnv = Optional.of(value));
    }

    /** The same with other rights. */
    public LaunchRequest withPolicy(RunPolicy value) {
        return with(copy -> copy.policy = value);
    }

    /** The same as a continuation of a session. */
    public LaunchRequest withResumeSession(String value) {
        return with(copy -> copy.resumeSession = Optional.of(value));
    }

    /** The same in other directories. */
    public LaunchRequest withDirectories(String newCwd, String newHome) {
        return with(copy -> {
            copy.cwd = newCwd;
            copy.home = newHome;
        });
    }

    /** The same behind a proxy. */
    public LaunchRequest withProxy(URI value) {
        return with(copy -> copy.proxy = Optional.of(value));
    }

    /** The same for a repository whose own agent configuration is to be used. */
    public LaunchRequest withTrustedRepository(boolean value) {
        return with(copy -> copy.trustedRepository = value);
    }

    private LaunchRequest with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.done();
    }

    /** A request while it is being changed. */
    private static final class Copy {
        private final LaunchRequest from;
        private Optional<String> model;
        private Optional<URI> modelUrl;
        private Optional<String> keyEnv;
        private RunPolicy policy;
        private Optional<String> resumeSession;
        private String cwd;
        private String home;
        private Optional<URI> proxy;
        private boolean trustedRepository;

        private Copy(LaunchRequest from) {
            this.from = from;
            model = from.model;
            modelUrl = from.modelUrl;
            keyEnv = from.keyEnv;
            policy = from.policy;
            resumeSession = from.resumeSession;
            cwd = from.cwd;
            home = from.home;
            proxy = from.proxy;
            trustedRepository = from.trustedRepository;
        }

        private LaunchRequest done() {
            return new LaunchRequest(
                    from.entry,
                    from.prompt,
                    model,
                    modelUrl,
                    keyEnv,
                    policy,
                    resumeSession,
                    cwd,
                    home,
                    proxy,
                    trustedRepository);
        }
    }
}
