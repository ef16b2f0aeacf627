package dev.oxbow.cli;

import dev.oxbow.base.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The whole command line: reads arguments, runs one command, turns failures into one line. */
final class Cli {
    private static final int USAGE = 64;

    private final Surroundings surroundings;

    Cli(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "ox",
            description = "Runs coding agents in sandboxes that you own.",
            synopsisSubcommandLabel = "COMMAND",
            footer = {"", "Start with 'ox quickstart'. Help for a command: 'ox run --help'."})
    private static final class Root extends OxCommand {
        @CommandLine.Option(
                names = {"-V", "--version"},
                description = "Print the version.")
        private boolean version;

        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        Root(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int execute() {
            if (version) {
                print(VersionCommand.line());
            } else {
                spec.commandLine().usage(surroundings().out());
            }
            return OK;
        }
    }

    /**
     * Runs one command.
     *
     * @return the exit code; standard output and error are flushed
     */
    int run(String... args) {
        try {
            return commandLine().execute(args);
        } finally {
            surroundings.out().flush();
            surroundings.err().flush();
        }
    }

    CommandLine commandLine() {
        Surroundings s = surroundings;
        CommandLine agents =
                new CommandLine(new AgentsCommand(s))
                        .addSubcommand(new AgentsCommand.Ls(s))
                        .addSubcommand(new AgentsCommand.Install(s));
        CommandLine providers =
                new CommandLine(new ProvidersCommand(s))
                        .addSubcommand(new ProvidersCommand.Ls(s))
                        .addSubcommand(new ProvidersCommand.Test(s));
        CommandLine root =
                new CommandLine(new Root(s))
                        .addSubcommand(new RunCommand(s))
                        .addSubcommand(new PsCommand(s))
                        .addSubcommand(new ShowCommand(s))
                        .addSubcommand(new LogsCommand(s))
                        .addSubcommand(new EventsCommand(s))
                        .addSubcommand(new DiffCommand(s))
                        .addSubcommand(new ApplyCommand(s))
                        .addSubcommand(new AttachCommand(s))
                        .addSubcommand(new CancelCommand(s))
                        .addSubcommand(passing(new ExecCommand(s)))
                        .addSubcommand(passing(new ShellCommand(s)))
                        .addSubcommand(new KillCommand(s))
                        .addSubcommand(new CheckpointCommand(s))
                        .addSubcommand(new CheckpointsCommand(s))
                        .addSubcommand(new RollbackCommand(s))
                        .addSubcommand(new ForkCommand(s))
                        .addSubcommand(new RmCommand(s))
                        .addSubcommand(new GcCommand(s))
                        .addSubcommand(agents)
                        .addSubcommand(providers)
                        .addSubcommand(new DoctorCommand(s))
                        .addSubcommand(new QuickstartCommand(s))
                        .addSubcommand(new VersionCommand(s))
                        .addSubcommand(new CompletionCommand(s))
                        .addSubcommand(new DriveCommand(s))
                        .addSubcommand(new RehearseCommand(s));
        return root.setColorScheme(Help.defaultColorScheme(ansi()))
                .setOut(new PrintWriter(s.out(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((e, args) -> misused(e, List.of(args)))
                .setExecutionExceptionHandler((e, command, _) -> failed(e, command));
    }

    /** From the first word on, everything belongs to the command in the sandbox. */
    private static CommandLine passing(OxCommand command) {
        return new CommandLine(command).setStopAtPositional(true);
    }

    private Help.Ansi ansi() {
        return surroundings.colour() ? Help.Ansi.ON : Help.Ansi.OFF;
    }

    private int misused(ParameterException e, List<String> args) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong usage");
        String suggestion = "See '" + name + " --help'.";
        if (e instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            boolean option = word.startsWith("-");
            message =
                    "unknown "
                            + (option
                                    ? "option"
                                    : command.getSubcommands().isEmpty() ? "argument" : "command")
                            + " '"
                            + word
                            + "'";
            List<String> known =
                    option
                            ? command.getCommandSpec().options().stream()
                                    .map(OptionSpec::longestName)
                                    .toList()
                            : List.copyOf(command.getSubcommands().keySet());
            suggestion =
                    NearestWord.to(word, known)
                                    .map(near -> "Did you mean '" + near + "'? ")
                                    .orElse("")
                            + suggestion;
        }
        if (e.getArgSpec() instanceof OptionSpec option && e.getValue() != null) {
            message = option.longestName() + ": '" + e.getValue() + "' is not a number";
        }
        Failure failure = new Failure("USAGE", message, suggestion, USAGE);
        boolean run = command.getCommandName().equals("run");
        report(failure, args.contains("--json") || surroundings.flag("OX_JSON"), run);
        return USAGE;
    }

    private int failed(Exception e, CommandLine command) {
        OxCommand ran = (OxCommand) command.getCommandSpec().userObject();
        Failure failure = Failure.of(e);
        report(failure, ran.options().json(), command.getCommandName().equals("run"));
        if (ran.options().verbose()) {
            Failure.printStack(e, surroundings.err());
        }
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return failure.exitCode();
    }

    private void report(Failure failure, boolean json, boolean run) {
        surroundings.out().flush();
        failure.print(surroundings.err(), new Style(surroundings.colour()));
        if (json && run) {
            surroundings.out().println(Json.write(OutcomeLine.of(failure)));
        } else if (json) {
            surroundings.out().print(Json.writePretty(failure.document()));
        }
    }

    /** Whether only the version is asked for, which needs none of the above. */
    static boolean asksForVersion(String[] args) {
        return Arrays.equals(args, new String[] {"--version"})
                || Arrays.equals(args, new String[] {"-V"});
    }
}
