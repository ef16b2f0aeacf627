package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Print a completion script: source <(ox completion bash)")
final class CompletionCommand extends OxCommand {
    @Parameters(arity = "0..1", paramLabel = "SHELL", description = "bash (default) or zsh.")
    private String shell = "bash";

    @Spec private CommandSpec spec = CommandSpec.create();

    CompletionCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT, "no completion for the shell '%s'", shell)
                    .suggest("Use bash or zsh.");
        }
        CommandLine root = spec.root().commandLine();
        surroundings().out().print(AutoComplete.bash("ox", root));
        return OK;
    }
}
