package dev.oxbow.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Print a completion script for a shell.",
        footer = {
            "",
            "bash, zsh:  source <(ox completion bash)",
            "fish:       ox completion fish | source"
        })
final class CompletionCommand extends OxCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "SHELL",
            completionCandidates = Choices.Shells.class,
            description = "bash (default), zsh or fish.")
    private String shell = "bash";

    @Spec private CommandSpec spec = CommandSpec.create();

    CompletionCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        CommandLine root = spec.root().commandLine();
        String script =
                switch (shell) {
                    case "bash", "zsh" -> AutoComplete.bash("ox", root);
                    case "fish" -> FishCompletion.of(root.getCommandSpec());
                    default ->
                            throw usage(
                                    "no completion for the shell '" + shell + "'",
                                    "Use bash, zsh or fish.");
                };
        surroundings().out().print(script);
        return OK;
    }
}
