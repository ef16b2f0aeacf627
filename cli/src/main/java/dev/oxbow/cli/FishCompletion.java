package dev.oxbow.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The completion script of a command line for fish, which picocli does not write. */
final class FishCompletion {
    private final List<String> lines = new ArrayList<>(List.of("complete -c ox -f"));

    private FishCompletion() {}

    static String of(CommandSpec root) {
        FishCompletion script = new FishCompletion();
        script.commands(root, "__fish_use_subcommand");
        script.options(root, "__fish_use_subcommand");
        root.subcommands().values().forEach(command -> script.command(command.getCommandSpec()));
        return String.join("\n", script.lines) + "\n";
    }

    private void command(CommandSpec command) {
        if (command.usageMessage().hidden()) {
            return;
        }
        String here = "__fish_seen_subcommand_from " + command.name();
        commands(command, here);
        options(command, here);
        command.subcommands().values().forEach(below -> options(below.getCommandSpec(), here));
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            if (parameter.completionCandidates() != null) {
                line(here, "-a " + quoted(String.join(" ", parameter.completionCandidates())));
            }
        }
    }

    private void commands(CommandSpec parent, String where) {
        for (CommandLine below : parent.subcommands().values()) {
            CommandSpec command = below.getCommandSpec();
            if (!command.usageMessage().hidden()) {
                line(
                        where,
                        "-a " + command.name() + described(command.usageMessage().description()));
            }
        }
    }

    private void options(CommandSpec command, String where) {
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) {
                line(where, names(option) + value(option) + described(option.description()));
            }
        }
    }

    private static String names(OptionSpec option) {
        List<String> words = new ArrayList<>();
        for (String name : option.names()) {
            words.add(
                    name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
        }
        return String.join(" ", words);
    }

    private static String value(OptionSpec option) {
        if (option.completionCandidates() != null) {
            return " -x -a " + quoted(String.join(" ", option.completionCandidates()));
        }
        return switch (option.paramLabel()) {
            case "DIR", "PATH" -> " -r -F";
            default -> option.arity().max() == 0 ? "" : " -x";
        };
    }

    private static String described(String[] description) {
        return description.length == 0 ? "" : " -d " + quoted(description[0]);
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private void line(String where, String rest) {
        lines.add("complete -c ox -n " + quoted(where) + " " + rest);
    }
}
