package dev.oxbow.cli;

import dev.oxbow.engine.Engine;
import dev.oxbow.engine.ProcessView;
import dev.oxbow.engine.RunFilter;
import dev.oxbow.engine.RunView;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "ps",
        description =
                "List runs and open terminals; with --all also ended runs, sandboxes, processes.")
final class PsCommand extends OxCommand {
    private static final int LIMIT = 1000;

    @Option(
            names = {"-a", "--all"},
            description = "Ended runs, all sandboxes and all that runs in them too.")
    private boolean all;

    @Option(
            names = {"-w", "--worktree"},
            description = "Only runs of this worktree.")
    private boolean here;

    PsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What {@code --json} prints. */
    record Listing(
            List<RunView> runs, List<SandboxRecord> sandboxes, List<ProcessView> processes) {}

    @Override
    int execute() {
        try (Engine engine = engine()) {
            List<RunView> runs =
                    engine.runs(
                            new RunFilter(
                                    here ? Optional.of(surroundings().cwd()) : Optional.empty(),
                                    all,
                                    LIMIT));
            List<SandboxRecord> sandboxes =
                    all || options().json() ? engine.sandboxes() : List.of();
            List<ProcessView> processes =
                    engine.processes().stream()
                            .filter(p -> all || options().json() || p.terminal())
                            .toList();
            if (options().json()) {
                printDocument(new Listing(runs, sandboxes, processes));
                return OK;
            }
            List<Table> tables = new ArrayList<>();
            if (!runs.isEmpty()) {
                tables.add(runs(runs));
            }
            if (!processes.isEmpty()) {
                tables.add(ProcessNames.table(processes));
            }
            if (!sandboxes.isEmpty()) {
                tables.add(sandboxes(sandboxes));
            }
            if (tables.isEmpty()) {
                note(
                        all
                                ? "nothing yet; start with: ox run \"...\""
                                : "no run is under way; ended ones: ox ps --all");
            }
            for (Table table : tables) {
                if (table != tables.getFirst()) {
                    print("");
                }
                table.lines(style()).forEach(this::print);
            }
            return OK;
        }
    }

    private static Table runs(List<RunView> runs) {
        Table table = new Table("RUN", "STATE", "AGENT", "AGE", "CHANGED", "PROMPT");
        for (RunView run : runs) {
            table.row(
                    run.id().value(),
                    run.state().ended()
                            ? run.outcome().map(o -> o.outcome().wire()).orElse(run.state().wire())
                            : run.phase().wire(),
                    run.agent(),
                    age(run.createdAt()),
                    run.outcome().map(o -> Integer.toString(o.filesChanged())).orElse("-"),
                    SafeText.line(run.prompt(), 50));
        }
        return table;
    }

    private static Table sandboxes(List<SandboxRecord> sandboxes) {
        Table table =
                new Table(
                        "SANDBOX",
                        "STATE",
                        "PROVIDER",
                        "TIER",
                        "AGE",
                        "IDLE",
                        "ENDS",
                        "REPOSITORY");
        for (SandboxRecord sandbox : sandboxes) {
            table.row(
                    sandbox.id().value(),
                    sandbox.state().name().toLowerCase(Locale.ROOT),
                    sandbox.provider(),
                    sandbox.tier().wire(),
                    age(sandbox.createdAt()),
                    sandbox.state() == SandboxState.BUSY ? "-" : span(sandbox.idle()),
                    sandbox.timeLeft().map(left -> "in " + span(left)).orElse("-"),
                    SafeText.line(sandbox.labels().values().getOrDefault("oxbow-repo", ""), 60));
        }
        return table;
    }

    /** How long ago something was. */
    static String age(Instant since) {
        Duration age = Duration.between(since, Instant.now());
        return age.isNegative() ? "0 s" : span(age);
    }

    private static String span(Duration time) {
        return Figures.took(Duration.ofSeconds(time.toSeconds()));
    }
}
