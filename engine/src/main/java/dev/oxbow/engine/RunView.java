package dev.oxbow.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.sandbox.Enforcement;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run as it stands at one moment.
 *
 * @param id its id
 * @param thread the thread it belongs to
 * @param sandbox where it runs, once that is known
 * @param provider name of the sandbox's provider
 * @param agent name of the agent
 * @param agentVersion the version that ran, once it is known
 * @param model as asked for; empty for the agent's default
 * @param prompt what the agent was asked, redacted
 * @param worktree root of the worktree
 * @param state where it stands
 * @param phase what it is doing
 * @param createdAt when it was accepted
 * @param startedAt when it got its turn
 * @param endedAt when it ended
 * @param phaseMillis milliseconds spent in each finished phase, by its name in JSON
 * @param outcome how it ended
 * @param sessionId the agent's own session, once it was named
 * @param lastSeq number of its latest event, 0 before the first
 * @param attempt 1 to {@code attempts}
 * @param attempts how many attempts were asked for together
 * @param driven whether a process is looking after it now
 * @param artifacts where its artifacts are or will be
 * @param enforced the walls and limits of its sandbox, each with what holds it
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RunView(
        RunId id,
        ThreadId thread,
        Optional<SandboxId> sandbox,
        String provider,
        String agent,
        Optional<String> agentVersion,
        Optional<String> model,
        String prompt,
        Path worktree,
        RunState state,
        RunPhase phase,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt,
        Map<String, Long> phaseMillis,
        Optional<RunOutcome> outcome,
        Optional<String> sessionId,
        long lastSeq,
        int attempt,
        int attempts,
        boolean driven,
        Path artifacts,
        List<Enforcement> enforced) {
    /** Copies the collections. */
    public RunView {
        phaseMillis = Map.copyOf(phaseMillis);
        enforced = List.copyOf(enforced);
    }
}
