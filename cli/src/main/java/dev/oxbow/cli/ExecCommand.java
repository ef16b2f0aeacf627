package dev.oxbow.cli;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.ExecRequest;
import dev.oxbow.engine.Execution;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Signal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
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
    private static final int SIGNAL_BASE = 128;
    private static final int BUFFER = 64 << 10;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "Program and arguments.")
    private List<String> argv = List.of();

    @Mixin private PlaceOptions place = new PlaceOptions();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "A variable for the command; NAME alone takes the value from here.")
    private List<String> env = List.of();

    @Option(names = "--timeout", paramLabel = "TIME", description = "Longest time, like 30s.")
    private Optional<String> timeout = Optional.empty();

    ExecCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() throws InterruptedException {
        try (Engine engine = engine()) {
            Execution execution =
                    engine.exec(
                            new ExecRequest(
                                    place.place(engine, surroundings().cwd()),
                                    argv,
                                    variables(),
                                    timeout.map(t -> Figures.duration("--timeout", t))));
            SandboxProcess process = execution.process();
            Thread feeder =
                    Thread.ofPlatform().name("stdin").daemon().unstarted(() -> feed(process));
            feeder.start();
            try (Interrupts _ =
                    Interrupts.handle(
                            () -> process.signal(Signal.INT), () -> process.signal(Signal.KILL))) {
                return exitCode(copy(process));
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

    /** Reading standard input blocks for as long as it likes, so it has a thread of its own. */
    private void feed(SandboxProcess process) {
        byte[] buffer = new byte[BUFFER];
        try {
            int count;
            while ((count = surroundings().in().read(buffer)) >= 0) {
                if (count > 0) {
                    process.write(Arrays.copyOf(buffer, count));
                }
            }
            process.closeStdin();
        } catch (IOException | OxException e) {
            // The command has ended, or never wanted input: its exit code tells the rest.
            if (options().verbose()) {
                note("ox: input: " + SafeText.line(String.valueOf(e.getMessage()), 200));
            }
        }
    }

    private ProcessExit copy(SandboxProcess process) throws InterruptedException {
        try (OutputReader reader = process.read(Cursor.START)) {
            while (true) {
                Optional<OutputFrame> next = reader.next(Deadline.in(Duration.ofMinutes(1)));
                if (next.isEmpty()) {
                    continue;
                }
                switch (next.get()) {
                    case OutputFrame.Data data -> write(data);
                    case OutputFrame.Gap gap ->
                            note("ox: " + (gap.to() - gap.from()) + " bytes of output were lost");
                    case OutputFrame.Exit end -> {
                        return end.exit();
                    }
                }
            }
        }
    }

    private void write(OutputFrame.Data data) {
        PrintStream stream =
                switch (data.channel()) {
                    case STDOUT -> surroundings().out();
                    case STDERR -> surroundings().err();
                };
        if (surroundings().terminal()) {
            String text = new String(data.bytes(), StandardCharsets.UTF_8);
            stream.print(
                    surroundings().colour()
                            ? SafeText.cleanButColoured(text)
                            : SafeText.clean(text));
        } else {
            stream.write(data.bytes(), 0, data.bytes().length);
        }
        stream.flush();
    }

    private int exitCode(ProcessExit exit) {
        return switch (exit.reason()) {
            case DEADLINE -> {
                note("ox: the command ran longer than --timeout and was stopped");
                yield 124;
            }
            case SANDBOX_LOST ->
                    throw OxException.of(
                            ErrorCode.SANDBOX_CRASHED, "the sandbox ended under the command");
            case EXITED, SIGNALLED -> {
                if (exit.oomKilled()) {
                    note("ox: the memory limit was reached");
                }
                yield exit.exitCode().isPresent()
                        ? exit.exitCode().getAsInt()
                        : SIGNAL_BASE + exit.signal().orElse(9);
            }
        };
    }
}
