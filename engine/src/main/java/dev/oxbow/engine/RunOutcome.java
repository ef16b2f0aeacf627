package dev.oxbow.engine;

import dev.oxbow.agents.Outcome;
import dev.oxbow.base.ErrorCode;
import java.util.List;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param outcome the class
 * @param reason finer, one word such as {@code network} or {@code wall}; empty if completed
 * @param code the failure of Oxbow behind it, if it was one
 * @param message one line for people, redacted
 * @param suggestion what to do about it; empty if nothing
 * @param exitCode what {@code ox run} exits with
 * @param filesChanged files added or changed in the worktree; if nothing was applied, in the result
 * @param filesDeleted likewise for deletions
 * @param conflicts paths changed on both sides, in byte order, as text for people
 * @param applied whether the result is in the worktree
 * @param partial whether the agent was stopped or lost, so that the work may be unfinished
 */
public record RunOutcome(
        Outcome outcome,
        Optional<String> reason,
        Optional<ErrorCode> code,
        String message,
        Optional<String> suggestion,
        int exitCode,
        int filesChanged,
        int filesDeleted,
        List<String> conflicts,
        boolean applied,
        boolean partial) {
    /** Copies the list. */
    public RunOutcome {
        conflicts = List.copyOf(conflicts);
    }
}
