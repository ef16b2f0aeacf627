package dev.oxbow.agents;

import java.net.URI;
import java.util.List;
import java.util.Optional;

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
        return new LaunchRequest(
                entry,
                prompt,
                Optional.of(value),
                modelUrl,
                keyEnv,
                policy,
                resumeSession,
                cwd,
                home,
                proxy,
                trustedRepository);
    }

    /** The same with another model server. */
    public LaunchRequest withModelUrl(URI value) {
        return new LaunchRequest(
                entry,
                prompt,
                model,
                Optional.of(value),
                keyEnv,
                policy,
                resumeSession,
                cwd,
                home,
                proxy,
                trustedRepository);
    }

    /** The same with the key from another variable. */
    public LaunchRequest withKeyEnv(String value) {
        return new LaunchRequest(
                entry,
                prompt,
                model,
                modelUrl,
                Optional.of(value),
                policy,
                resumeSession,
                cwd,
                home,
                proxy,
                trustedRepository);
    }

    /** The same with other rights. */
    public LaunchRequest withPolicy(RunPolicy value) {
        return new LaunchRequest(
                entry,
                prompt,
                model,
                modelUrl,
                keyEnv,
                value,
                resumeSession,
                cwd,
                home,
                proxy,
                trustedRepository);
    }

    /** The same as a continuation of a session. */
    public LaunchRequest withResumeSession(String value) {
        return new LaunchRequest(
                entry,
                prompt,
                model,
                modelUrl,
                keyEnv,
                policy,
                Optional.of(value),
                cwd,
                home,
                proxy,
                trustedRepository);
    }

    /** The same in other directories. */
    public LaunchRequest withDirectories(String newCwd, String newHome) {
        return new LaunchRequest(
                entry,
                prompt,
                model,
                modelUrl,
                keyEnv,
                policy,
                resumeSession,
                newCwd,
                newHome,
                proxy,
                trustedRepository);
    }

    /** The same behind a proxy. */
    public LaunchRequest withProxy(URI value) {
        return new LaunchRequest(
                entry,
                prompt,
                model,
                modelUrl,
                keyEnv,
                policy,
                resumeSession,
                cwd,
                home,
                Optional.of(value),
                trustedRepository);
    }

    /** The same for a repository whose own agent configuration is to be used. */
    public LaunchRequest withTrustedRepository(boolean value) {
        return new LaunchRequest(
                entry,
                prompt,
                model,
                modelUrl,
                keyEnv,
                policy,
                resumeSession,
                cwd,
                home,
                proxy,
                value);
    }
}
