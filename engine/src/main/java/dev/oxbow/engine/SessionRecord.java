package dev.oxbow.engine;

import dev.oxbow.agents.SessionTotals;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import java.util.Optional;

/**
 * An agent's own session, kept from run to run.
 *
 * @param thread the thread
 * @param agent name of the agent
 * @param sessionId the agent's name for it
 * @param sandbox where its files are
 * @param totals what it has used, as far as the agent says
 */
public record SessionRecord(
        ThreadId thread,
        String agent,
        String sessionId,
        SandboxId sandbox,
        Optional<SessionTotals> totals) {}
