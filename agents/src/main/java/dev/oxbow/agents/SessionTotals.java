package dev.oxbow.agents;

import java.util.Optional;

/**
 * What an agent's session has used over all its runs, as the agent counts it. Kept between runs,
 * because some agents report only such totals.
 *
 * @param inputTokens prompt tokens, cached included
 * @param cachedInputTokens of these, read from a cache
 * @param cacheWriteTokens of these, written to a cache
 * @param outputTokens tokens made
 * @param reasoningTokens of these, for reasoning
 * @param costUsd money, as far as the agent says
 */
public record SessionTotals(
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long outputTokens,
        long reasoningTokens,
        Optional<Double> costUsd) {
    /** A session that has used nothing. */
    public static final SessionTotals NONE = new SessionTotals(0, 0, 0, 0, 0, Optional.empty());

    /** These and what one more run used. */
    SessionTotals plus(AgentEvent.Usage run) {
        return new SessionTotals(
                inputTokens + run.inputTokens(),
                cachedInputTokens + run.cachedInputTokens(),
                cacheWriteTokens + run.cacheWriteTokens(),
                outputTokens + run.outputTokens(),
                reasoningTokens + run.reasoningTokens(),
                run.costUsd().map(cost -> costUsd.orElse(0.0) + cost).or(() -> costUsd));
    }

    /** The same with another sum of money. */
    SessionTotals withCost(Optional<Double> value) {
        return new SessionTotals(
                inputTokens,
                cachedInputTokens,
                cacheWriteTokens,
                outputTokens,
                reasoningTokens,
                value);
    }
}
