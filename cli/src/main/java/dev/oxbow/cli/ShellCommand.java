package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Attachment;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.ExecRequest;
import dev.oxbow.engine.ProcessView;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.Tier;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "shell",
        description = "Open a terminal in the sandbox of this worktree, or come back to one.",
        footer = {
            "",
            "Press Ctrl-] three times to leave; the terminal goes on, as it does when yours is",
            "closed. 'ox shell --attach ID' brings it back as it was, 'ox kill ID' ends it."
        })
final class ShellCommand extends OxCommand {
    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "Program and arguments; default a login shell.")
    private List<String> argv = List.of();

    @Mixin private PlaceOptions place = new PlaceOptions();

    @Mixin private TierOptions tier = new TierOptions();

    @Option(
            names = "--attach",
            paramLabel = "ID",
            description = "Come back to this terminal instead of opening one.")
    private Optional<String> attach = Optional.empty();

    @Option(names = "--list", description = "List the open terminals.")
    private boolean list;

    ShellCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() throws InterruptedException {
        if (attach.isPresent() && !argv.isEmpty()) {
            throw usage("--attach takes no command", "Leave the command out.");
        }
        if (list) {
            return list();
        }
        Optional<Tier> walls = tier.tier();
        if (!options().interactive(surroundings())) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "'ox shell' needs a terminal")
                    .suggest("Use 'ox exec COMMAND' in scripts.");
        }
        try (Engine engine = engine()) {
            return attach.isPresent() ? join(engine, attach.get()) : begin(engine, walls);
        }
    }

    private int list() {
        try (Engine engine = engine()) {
            List<ProcessView> open =
                    engine.processes().stream().filter(ProcessView::terminal).toList();
            if (options().json()) {
                printDocument(Map.of("terminals", open));
            } else if (open.isEmpty()) {
                note("no terminal is open; open one with: ox shell");
            } else {
                ProcessNames.table(open).lines(style()).forEach(this::print);
            }
            return OK;
        }
    }

    private int begin(Engine engine, Optional<Tier> walls) throws InterruptedException {
        try (UserTerminal ours = new UserTerminal()) {
            Map<String, String> env =
                    Map.of("TERM", surroundings().variable("TERM").orElse("xterm-256color"));
            ExecRequest request =
                    new ExecRequest(
                            place.place(engine, surroundings().cwd(), walls),
                            argv,
                            env,
                            Optional.empty());
            Terminal theirs = engine.terminal(request, ours.size());
            return end(theirs, new TerminalSession(surroundings(), theirs).begin(ours));
        }
    }

    private int join(Engine engine, String name) throws InterruptedException {
        return switch (engine.find(ProcessNames.find(engine, name))) {
            case Attachment.OfTerminal of -> join(of.terminal());
            case Attachment.OfProcess of ->
                    throw usage(
                            of.process().id() + " is no terminal",
                            "Follow it with 'ox attach " + of.process().id() + "'.");
        };
    }

    /** Also for {@code ox attach}. */
    int join(Terminal theirs) throws InterruptedException {
        try (UserTerminal ours = new UserTerminal()) {
            return end(theirs, new TerminalSession(surroundings(), theirs).join(ours));
        }
    }

    private int end(Terminal theirs, Optional<ProcessExit> exit) {
        if (exit.isEmpty()) {
            note("ox: left open; come back with: ox shell --attach " + theirs.id());
            return OK;
        }
        return ProcessOutput.exitCode(exit.get(), this::note);
    }
}
