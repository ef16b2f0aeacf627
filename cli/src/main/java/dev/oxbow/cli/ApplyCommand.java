package dev.oxbow.cli;

import dev.oxbow.base.RunId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunView;
import dev.oxbow.workspace.ConflictPolicy;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "apply",
        description =
                "Bring the result of a run into its worktree: after a conflict, or the best of"
                        + " several attempts.")
final class ApplyCommand extends OxCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "RUN",
            description = "Default: the latest of this worktree.")
    private Optional<String> run = Optional.empty();

    @Option(
            names = "--on-conflict",
            paramLabel = "POLICY",
            completionCandidates = Choices.Policies.class,
            description =
                    "Files that both sides changed: fail (default), local, sandbox, both, merge.")
    private String onConflict = "fail";

    ApplyCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        ConflictPolicy policy = ConflictPolicy.parse(onConflict);
        try (Engine engine = engine()) {
            RunId id = RunNames.find(engine, run, surroundings().cwd());
            int code = engine.apply(id, policy).exitCode();
            RunView view = engine.run(id);
            if (options().json()) {
                printDocument(OutcomeLine.of(view, code));
            } else {
                new RunSummary(surroundings(), options().quiet()).print(view, false);
            }
            return code;
        }
    }
}
