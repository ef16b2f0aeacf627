package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.ExecRequest;
import dev.oxbow.engine.Execution;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Signal;
import dev.oxbow.sandbox.Tier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "exec",
        description = "Run a command in the sandbox of this worktree; ends with its exit code.")
final class ExecCommand extends OxCommand {
    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "Program and arguments.")
    private List<String> argv = List.of();

    @Mixin private PlaceOptions place = new PlaceOptions();

    @Mixin private TierOptions tier = new TierOptions();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "A variable for the command; NAME alone takes the value from here.")
    private List<String> env = List.of();

    @Option(names = "--timeout", paramLabel = "TIME", description = "Longest time, like 30s.")
    private Optional<String> timeout = Optional.empty();

    @Option(
            names = {"-d", "--detach"},
            description = "Print the id and return; 'ox attach' and 'ox kill' find it by that.")
    private boolean detach;

    ExecCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() throws InterruptedException {
        Optional<Tier> walls = tier.tier();
        try (Engine engine = engine()) {
            Execution execution =
                    engine.exec(
                            new ExecRequest(
                                    place.place(engine, surroundings().cwd(), walls),
                                    argv,
                                    variables(),
                                    timeout.map(t -> Figures.duration("--timeout", t))));
            SandboxProcess process = execution.process();
            if (detach) {
                print(process.id().value());
                note("    follow it with: ox attach " + process.id());
                return OK;
            }
            ProcessOutput output = new ProcessOutput(surroundings(), process, this::note);
            output.feed(options().verbose());
            try (Interrupts _ =
                    Interrupts.handle(
                            () -> process.signal(Signal.INT), () -> process.signal(Signal.KILL))) {
                ProcessExit exit = output.copy(Cursor.START, () -> false).orElseThrow();
                return ProcessOutput.exitCode(exit, this::note);
            }
        }
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>();
        for (String entry : env) {
            int equals = entry.indexOf('=');
            if (equals == 0 || entry.isEmpty()) {
                throw OxException.of(ErrorCode.INVALID_ARGUMENT, "--env: '%s' has no name", entry)
                        .suggest("Write NAME=VALUE.");
            }
            if (equals > 0) {
                variables.put(entry.substring(0, equals), entry.substring(equals + 1));
            } else {
                surroundings().variable(entry).ifPresent(value -> variables.put(entry, value));
            }
        }
        return variables;
    }
}
