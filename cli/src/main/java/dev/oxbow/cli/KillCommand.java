package dev.oxbow.cli;

import dev.oxbow.base.RunId;
import dev.oxbow.engine.Attachment;
import dev.oxbow.engine.Engine;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Signal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "kill",
        description = "End processes and terminals and all that they started.",
        footer = {
            "",
            "A process gets TERM, and KILL 5 s later if it is still there; a terminal hangs up."
        })
final class KillCommand extends OxCommand {
    private static final Duration GRACE = Duration.ofSeconds(5);

    @Parameters(arity = "1..*", paramLabel = "PROCESS", description = "As 'ox ps' lists them.")
    private List<String> names = List.of();

    @Option(
            names = {"-s", "--signal"},
            paramLabel = "NAME",
            completionCandidates = Choices.Signals.class,
            description = "Only send this signal, to the process and all that it started.")
    private Optional<String> signal = Optional.empty();

    KillCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() throws InterruptedException {
        Optional<Signal> only = signal.map(KillCommand::parse);
        for (String name : names) {
            if (name.startsWith(RunId.PREFIX)) {
                throw usage(name + " is a run", "Stop it with 'ox cancel " + name + "'.");
            }
        }
        try (Engine engine = engine()) {
            for (String name : names) {
                end(engine.find(ProcessNames.find(engine, name)), only);
            }
            return OK;
        }
    }

    private void end(Attachment found, Optional<Signal> only) throws InterruptedException {
        switch (found) {
            case Attachment.OfTerminal of -> {
                if (only.isPresent()) {
                    throw usage(
                            of.terminal().id() + " is a terminal",
                            "Type the key instead, or hang it up by leaving --signal out.");
                }
                var _ = of.terminal().hangUp();
                note(of.terminal().id() + ": hung up");
            }
            case Attachment.OfProcess of -> {
                SandboxProcess process = of.process();
                if (only.isPresent()) {
                    process.signal(only.get());
                    note(process.id() + ": sent " + only.get());
                } else {
                    var _ = process.terminate(GRACE);
                    note(process.id() + ": ended");
                }
            }
        }
    }

    private static Signal parse(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        String plain = upper.startsWith("SIG") ? upper.substring(3) : upper;
        return Arrays.stream(Signal.values())
                .filter(each -> each.name().equals(plain))
                .findFirst()
                .orElseThrow(() ->
                        usage(
                                "--signal: there is no '" + SafeText.line(name, 20) + "'",
                                "Use one of "
                                        + Arrays.stream(Signal.values())
                                                .map(Signal::name)
                                                .collect(Collectors.joining(", "))
                                        + "."));
    }
}
