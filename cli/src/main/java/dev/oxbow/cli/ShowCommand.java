package dev.oxbow.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.oxbow.engine.AttemptView;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunOutcome;
import dev.oxbow.engine.RunPhase;
import dev.oxbow.engine.RunView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Everything about one run.")
final class ShowCommand extends OxCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "RUN",
            description = "Default: the latest of this worktree.")
    private Optional<String> run = Optional.empty();

    ShowCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What {@code --json} prints: the run, and beside it the attempts that it is one of. */
    record Shown(
            @JsonUnwrapped RunView run,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptView> comparison) {}

    @Override
    int execute() {
        try (Engine engine = engine()) {
            RunView view = engine.run(RunNames.find(engine, run, surroundings().cwd()));
            List<AttemptView> attempts =
                    view.attempts() > 1 ? engine.attempts(view.id()) : List.of();
            if (options().json()) {
                printDocument(new Shown(view, attempts));
                return OK;
            }
            show(view);
            if (!attempts.isEmpty()) {
                print("");
                AttemptTable.lines(attempts, style()).forEach(this::print);
            }
            return OK;
        }
    }

    private void show(RunView run) {
        field("run", run.id().value());
        field("state", run.state().wire() + (run.state().ended() ? "" : ", " + run.phase().wire()));
        field("agent", run.agent() + run.agentVersion().map(v -> " " + v).orElse(""));
        run.model().ifPresent(model -> field("model", model));
        run.sessionId().ifPresent(session -> field("session", session));
        field("prompt", run.prompt());
        field("worktree", run.worktree().toString());
        field("thread", run.thread().value());
        run.sandbox().ifPresent(sandbox -> field("sandbox", sandbox + " (" + run.provider() + ")"));
        if (run.attempts() > 1) {
            field("attempt", run.attempt() + " of " + run.attempts());
        }
        field("created", run.createdAt().toString());
        run.endedAt()
                .ifPresent(end ->
                        field(
                                "took",
                                Figures.took(
                                        Duration.between(
                                                run.startedAt().orElse(run.createdAt()), end))));
        for (RunPhase phase : RunPhase.values()) {
            Optional.ofNullable(run.phaseMillis().get(phase.wire()))
                    .ifPresent(millis -> field("  " + phase.wire(), millis + " ms"));
        }
        field("events", Figures.count(run.lastSeq()));
        field("artifacts", run.artifacts().toString());
        run.outcome().ifPresent(this::outcome);
        run.enforced()
                .forEach(wall ->
                        field(
                                "  " + wall.name(),
                                (wall.inForce() ? "in force: " : "NOT in force: ")
                                        + wall.mechanism()));
    }

    private void outcome(RunOutcome outcome) {
        field(
                "outcome",
                outcome.outcome().wire()
                        + outcome.reason().map(r -> " (" + r + ")").orElse("")
                        + ", exit code "
                        + outcome.exitCode());
        if (!outcome.message().isBlank() && !outcome.message().equals(outcome.outcome().wire())) {
            field("message", outcome.message());
        }
        outcome.suggestion().ifPresent(s -> field("what to do", s));
        field(
                "files",
                Figures.count(outcome.filesChanged())
                        + " changed, "
                        + Figures.count(outcome.filesDeleted())
                        + " deleted"
                        + (outcome.applied() ? "" : ", not applied")
                        + (outcome.partial() ? ", maybe unfinished" : ""));
        outcome.conflicts().forEach(path -> field("conflict", path));
    }

    private void field(String name, String value) {
        String padded = name + " ".repeat(Math.max(1, 16 - name.length()));
        print(style().faint(padded) + SafeText.line(value, 2000));
    }
}
