package dev.oxbow.engine;

import dev.oxbow.agents.EngineEvent;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Endings.Ending;
import dev.oxbow.recording.ExitReport;
import dev.oxbow.recording.ExitReportBuilder;
import dev.oxbow.recording.RunTally;
import dev.oxbow.sandbox.Tier;
import dev.oxbow.workspace.Harvest;
import dev.oxbow.workspace.Worktree;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** What the engine knows of a run that is over, as {@code exit.json} has it. */
final class RunReport {
    private static final Optional<String> BARE = Optional.of(Tier.PROCESS.wire());

    private RunReport() {}

    static ExitReport of(EngineParts parts, RunJournal journal, Ending ending, RunTally tally) {
        RunRecord run = journal.run();
        RunOutcome outcome = ending.outcome();
        // As if it were over: the phase that lasts until now counts, too.
        RunProgress progress = journal.progress().change().phase(RunPhase.DONE).done();
        ExitReportBuilder report =
                ExitReport.of(run.id(), outcome.outcome(), outcome.exitCode())
                        .reason(outcome.reason())
                        .message(outcome.message())
                        .time(progress.startedAt().orElse(run.createdAt()), Instant.now())
                        .agent(agent(run, progress, tally))
                        .repo(repository(parts, run, progress, outcome))
                        .counts(
                                ExitReport.Counts.NONE.withUnknown(
                                        progress.agentEnd()
                                                .map(end -> (int) end.unknownEvents())
                                                .orElse(0)))
                        .policy("sandboxed")
                        .tier(tier(run, progress, tally))
                        .thread(run.thread())
                        .sandbox(progress.sandbox())
                        .files(outcome.filesChanged(), outcome.filesDeleted(), outcome.conflicts())
                        .partial(outcome.partial());
        for (Map.Entry<String, Long> phase : progress.phaseMillis().entrySet()) {
            if (ExitReport.PHASES.contains(phase.getKey())) {
                report.phase(phase.getKey(), Duration.ofMillis(phase.getValue()));
            }
        }
        return report.build();
    }

    private static ExitReport.Agent agent(RunRecord run, RunProgress progress, RunTally tally) {
        RunRequest request = run.request();
        Optional<AgentEnd> end = progress.agentEnd();
        return new ExitReport.Agent(
                request.agent(),
                progress.agentVersion().or(tally::agentVersion),
                request.model().or(tally::model),
                Optional.of(progress.resumed().isPresent() ? "resume" : "exec"),
                Optional.of(Preparation.argv(request)),
                end.flatMap(AgentEnd::exitCode).map(OptionalInt::of).orElse(OptionalInt.empty()),
                end.flatMap(AgentEnd::signal).map(OptionalInt::of).orElse(OptionalInt.empty()),
                progress.sessionId().or(tally::sessionId),
                end.flatMap(AgentEnd::nativeType));
    }

    private static ExitReport.Repo repository(
            EngineParts parts, RunRecord run, RunProgress progress, RunOutcome outcome) {
        boolean wrote = outcome.applied() && outcome.filesChanged() + outcome.filesDeleted() > 0;
        Optional<Worktree> worktree = known(() -> Optional.of(Worktree.at(run.worktree())));
        return new ExitReport.Repo(
                worktree.flatMap(tree -> known(tree::origin)),
                Optional.of(run.worktree().toString()),
                Optional.empty(),
                progress.branch(),
                progress.commit(),
                known(() -> committed(parts, run, progress.branch()))
                        .or(() -> worktree.flatMap(tree -> known(() -> tree.head().commit()))),
                wrote ? Optional.of(true) : Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty());
    }

    /** The newest commit that the agent made on the branch it was given. */
    private static Optional<String> committed(
            EngineParts parts, RunRecord run, Optional<String> branch) {
        Optional<Harvest> harvest = parts.workspaces().of(run.worktree()).harvested(run.id());
        return harvest.stream()
                .flatMap(h -> h.commits().stream())
                .filter(c -> branch.isPresent() && c.ref().endsWith("/" + branch.get()))
                .map(Harvest.AgentCommits::commit)
                .findFirst();
    }

    /** Where there is no wall, none was probed. */
    private static String probe(RunTally tally) {
        return tally.started().map(EngineEvent.RunStarted::tier).equals(BARE) ? "no walls" : "ok";
    }

    private static ExitReport.Tier tier(RunRecord run, RunProgress progress, RunTally tally) {
        return new ExitReport.Tier(
                Optional.of(run.request().tier().wire()),
                tally.started().map(EngineEvent.RunStarted::tier),
                Optional.empty(),
                progress.enforced().isEmpty() ? Optional.empty() : Optional.of(probe(tally)));
    }

    /** A fact that only adds to the report: if it cannot be had, it is not known. */
    private static <T> Optional<T> known(Supplier<Optional<T>> fact) {
        try {
            return fact.get();
        } catch (OxException e) {
            return Optional.empty();
        }
    }
}
