package dev.oxbow.cli;

import dev.oxbow.agents.Outcome;
import dev.oxbow.engine.RunOutcome;
import dev.oxbow.engine.RunView;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** The last lines of a run for people: how it went, what changed, where to look. */
final class RunSummary {
    private static final int SHOWN_CONFLICTS = 20;

    private final Surroundings surroundings;
    private final Style style;
    private final boolean quiet;

    RunSummary(Surroundings surroundings, boolean quiet) {
        this.surroundings = surroundings;
        this.style = new Style(surroundings.colour());
        this.quiet = quiet;
    }

    /** Prints the end of a run; failures go to standard error. */
    void print(RunView run, boolean several) {
        if (run.outcome().isEmpty()) {
            return;
        }
        RunOutcome outcome = run.outcome().get();
        boolean completed = outcome.outcome() == Outcome.COMPLETED;
        PrintStream out = surroundings.out();
        out.flush();
        if (!completed) {
            new Failure(
                            outcome.reason().orElse(outcome.outcome().wire()),
                            outcome.message(),
                            outcome.suggestion().orElse(""),
                            outcome.exitCode())
                    .print(surroundings.err(), style);
        }
        if (quiet) {
            return;
        }
        String word = outcome.outcome().wire().replace('_', ' ');
        out.println(
                (completed ? style.good(word) : style.bad(word))
                        + took(run)
                        + ": "
                        + changes(outcome));
        outcome.conflicts().stream()
                .limit(SHOWN_CONFLICTS)
                .forEach(path -> out.println("  conflict  " + SafeText.line(path, 300)));
        if (outcome.conflicts().size() > SHOWN_CONFLICTS) {
            int more = outcome.conflicts().size() - SHOWN_CONFLICTS;
            out.println("  and " + Figures.of(more, "other") + "; see: ox show " + run.id());
        }
        out.println("  run        " + run.id());
        out.println("  artifacts  " + shown(run.artifacts()));
        boolean pending = !outcome.applied() && outcome.filesChanged() + outcome.filesDeleted() > 0;
        if (pending && several) {
            out.println("  look       ox diff " + run.id());
            out.println("  keep it    ox apply " + run.id());
        } else if (pending) {
            out.println("  look       ox diff " + run.id());
            out.println(
                    "  apply      ox apply "
                            + run.id()
                            + (outcome.outcome() == Outcome.CONFLICT
                                    ? " --on-conflict local|sandbox|both|merge"
                                    : ""));
        }
        out.flush();
    }

    private static String changes(RunOutcome outcome) {
        String files =
                outcome.filesChanged() + outcome.filesDeleted() == 0
                        ? "no files changed"
                        : Figures.of(outcome.filesChanged(), "file")
                                + " changed"
                                + (outcome.filesDeleted() == 0
                                        ? ""
                                        : ", "
                                                + Figures.count(outcome.filesDeleted())
                                                + " deleted");
        return outcome.applied() || outcome.filesChanged() + outcome.filesDeleted() == 0
                ? files
                : files + " in the result, not applied";
    }

    private static String took(RunView run) {
        Instant end = run.endedAt().orElse(run.createdAt());
        Duration took = Duration.between(run.startedAt().orElse(run.createdAt()), end);
        return " in " + Figures.took(took);
    }

    private String shown(Path path) {
        Path cwd = surroundings.cwd();
        return path.startsWith(cwd) ? cwd.relativize(path).toString() : path.toString();
    }
}
