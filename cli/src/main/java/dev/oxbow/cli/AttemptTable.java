package dev.oxbow.cli;

import dev.oxbow.engine.AttemptView;
import dev.oxbow.engine.RunView;
import java.time.Duration;
import java.util.List;

/** Attempts side by side. */
final class AttemptTable {
    private AttemptTable() {}

    static List<String> lines(List<AttemptView> attempts, Style style) {
        Table table =
                new Table("ATTEMPT", "RUN", "STATE", "TOOK", "FILES", "LINES", "TOKENS", "COST");
        for (AttemptView attempt : attempts) {
            RunView run = attempt.run();
            table.row(
                    Integer.toString(run.attempt()),
                    run.id().value(),
                    run.outcome().map(o -> o.outcome().wire()).orElse(run.phase().wire())
                            + (run.outcome().map(o -> o.applied()).orElse(false)
                                    ? ", applied"
                                    : ""),
                    took(run),
                    run.outcome()
                            .map(o -> Figures.count(o.filesChanged() + o.filesDeleted()))
                            .orElse("-"),
                    lineCounts(attempt),
                    attempt.usage()
                            .map(u -> Figures.count(u.inputTokens() + u.outputTokens()))
                            .filter(tokens -> !tokens.equals("0"))
                            .orElse("-"),
                    attempt.usage()
                            .flatMap(u -> u.costUsd())
                            .map(cost -> "$" + Figures.dollars(cost))
                            .orElse("-"));
        }
        return table.lines(style);
    }

    private static String took(RunView run) {
        return run.endedAt()
                .map(end ->
                        Figures.took(
                                Duration.between(run.startedAt().orElse(run.createdAt()), end)))
                .orElse("-");
    }

    private static String lineCounts(AttemptView attempt) {
        return attempt.insertions().isPresent() && attempt.deletions().isPresent()
                ? "+%s -%s"
                        .formatted(
                                Figures.count(attempt.insertions().getAsInt()),
                                Figures.count(attempt.deletions().getAsInt()))
                : "-";
    }
}
