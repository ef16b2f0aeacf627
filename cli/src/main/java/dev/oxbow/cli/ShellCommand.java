package dev.oxbow.cli;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.ExecRequest;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "shell", description = "Open a terminal in the sandbox of this worktree.")
final class ShellCommand extends OxCommand {
    private static final int BUFFER = 16 << 10;
    private static final Duration EXIT_GRACE = Duration.ofSeconds(10);

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "Program and arguments; default a login shell.")
    private List<String> argv = List.of();

    @Mixin private PlaceOptions place = new PlaceOptions();

    ShellCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() throws InterruptedException {
        if (!options().interactive(surroundings())) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "'ox shell' needs a terminal")
                    .suggest("Use 'ox exec COMMAND' in scripts.");
        }
        try (Engine engine = engine();
                UserTerminal ours = new UserTerminal()) {
            Map<String, String> env =
                    Map.of("TERM", surroundings().variable("TERM").orElse("xterm-256color"));
            ExecRequest request =
                    new ExecRequest(
                            place.place(engine, surroundings().cwd()), argv, env, Optional.empty());
            try (Terminal theirs = engine.terminal(request, ours.size())) {
                return connect(ours, theirs);
            }
        }
    }

    private int connect(UserTerminal ours, Terminal theirs) throws InterruptedException {
        ours.onResize(() -> theirs.resize(ours.size()));
        ours.raw();
        // Keys are waited for as long as the user likes, so they have a thread of their own.
        Thread keys =
                Thread.ofPlatform()
                        .name("keys")
                        .daemon()
                        .unstarted(() -> pump(surroundings().in(), theirs.input()));
        keys.start();
        pump(theirs.output(), surroundings().out());
        Optional<ProcessExit> exit = theirs.awaitExit(Deadline.in(EXIT_GRACE));
        return exit.isPresent() ? exit.get().exitCode().orElse(OK) : OK;
    }

    /** Copies until either side ends; the end of one is how the other learns of it. */
    private static void pump(InputStream from, OutputStream to) {
        byte[] buffer = new byte[BUFFER];
        try {
            int count;
            while ((count = from.read(buffer)) >= 0) {
                to.write(buffer, 0, count);
                to.flush();
            }
        } catch (IOException _) {
            // One side has hung up: the exit of the command tells the rest.
        }
    }
}
