package dev.oxbow.cli;

import dev.oxbow.base.Json;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunView;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "cancel", description = "Stop runs; the work so far is brought back.")
final class CancelCommand extends OxCommand {
    @Parameters(
            arity = "0..*",
            paramLabel = "RUN",
            description = "Default: the latest of this worktree.")
    private List<String> runs = List.of();

    @Option(names = "--wait", description = "Return when the work is back.")
    private boolean wait;

    CancelCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() throws InterruptedException {
        try (Engine engine = engine()) {
            List<Optional<String>> names =
                    runs.isEmpty()
                            ? List.of(Optional.empty())
                            : runs.stream().map(Optional::of).toList();
            List<RunId> ids =
                    names.stream()
                            .map(name -> RunNames.find(engine, name, surroundings().cwd()))
                            .toList();
            ids.forEach(engine::cancel);
            for (RunId id : ids) {
                RunView view = wait ? engine.await(id) : engine.run(id);
                if (options().json()) {
                    print(Json.write(OutcomeLine.of(view, OK)));
                } else {
                    note(
                            id
                                    + (view.state().ended()
                                            ? ": ended, " + view.state().wire()
                                            : ": stopping"));
                }
            }
            return OK;
        }
    }
}
