package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Attachment;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunView;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Terminal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "attach",
        description = "Follow a run, a process or a terminal that is there already.",
        footer = {
            "",
            "Ctrl-C leaves a run or a process, which goes on; 'ox cancel' and 'ox kill' end them.",
            "A terminal gets every key; Ctrl-] three times leaves it.",
            "Ends with the exit code of what it followed, or 130 if you left."
        })
final class AttachCommand extends OxCommand {
    private static final int LEFT = 130;

    @Parameters(
            arity = "0..1",
            paramLabel = "RUN|PROCESS",
            description = "Default: the latest run of this worktree.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "N",
            description = "Last event already seen of a run; first byte wanted of a process.")
    private long since;

    @Option(
            names = {"-i", "--stdin"},
            description = "Give standard input to the process.")
    private boolean stdin;

    AttachCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() throws InterruptedException {
        if (since < 0) {
            throw usage("--since must not be negative", "Leave it out to begin at the start.");
        }
        try (Engine engine = engine()) {
            Optional<ProcessId> process =
                    name.filter(n -> !n.startsWith(RunId.PREFIX))
                            .flatMap(n -> ProcessNames.lookUp(engine, n));
            if (process.isEmpty()) {
                return follow(engine, RunNames.find(engine, name, surroundings().cwd()));
            }
            return switch (engine.find(process.get())) {
                case Attachment.OfProcess of -> follow(of.process());
                case Attachment.OfTerminal of -> join(of.terminal());
            };
        }
    }

    private int follow(Engine engine, RunId run) throws InterruptedException {
        RunWatch watch = new RunWatch(engine, surroundings(), options());
        RunView shown = watch.attach(run, since);
        int exitCode =
                watch.leftWith().orElseGet(() -> shown.outcome().map(o -> o.exitCode()).orElse(OK));
        if (options().json()) {
            print(Json.write(OutcomeLine.of(shown, exitCode)));
        } else {
            new RunSummary(surroundings(), options().quiet()).print(shown, false);
        }
        return exitCode;
    }

    private int follow(SandboxProcess process) throws InterruptedException {
        ProcessOutput output = new ProcessOutput(surroundings(), process, this::note);
        if (stdin) {
            output.feed(options().verbose());
        }
        AtomicBoolean left = new AtomicBoolean();
        try (Interrupts _ = Interrupts.handle(() -> left.set(true), () -> {})) {
            Optional<ProcessExit> exit = output.copy(new Cursor(since, 0), left::get);
            if (exit.isEmpty()) {
                note("ox: left alone; come back with: ox attach " + process.id());
                return LEFT;
            }
            return ProcessOutput.exitCode(exit.get(), this::note);
        }
    }

    private int join(Terminal terminal) throws InterruptedException {
        if (!options().interactive(surroundings())) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "%s needs a terminal", terminal.id())
                    .suggest("Attach to it from a terminal of your own.");
        }
        return new ShellCommand(surroundings()).join(terminal);
    }
}
