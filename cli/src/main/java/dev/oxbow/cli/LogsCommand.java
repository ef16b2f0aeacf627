package dev.oxbow.cli;

import dev.oxbow.base.Deadline;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.LogReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Print the log of a run.")
final class LogsCommand extends OxCommand {
    private static final Duration LOOK = Duration.ofSeconds(1);

    @Parameters(
            arity = "0..1",
            paramLabel = "RUN",
            description = "Default: the latest of this worktree.")
    private Optional<String> run = Optional.empty();

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the run ends.")
    private boolean follow;

    @Option(names = "--since", paramLabel = "OFFSET", description = "First byte wanted.")
    private long since;

    LogsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() throws InterruptedException {
        PrintStream out = surroundings().out();
        if (since < 0) {
            throw usage("--since must not be negative", "Leave it out to begin at the start.");
        }
        try (Engine engine = engine();
                LogReader log =
                        engine.log(
                                RunNames.find(engine, run, surroundings().cwd()), since, follow)) {
            while (!log.finished() && !out.checkError()) {
                Optional<byte[]> piece = log.next(Deadline.in(LOOK));
                if (piece.isPresent()) {
                    write(out, piece.get());
                }
            }
            out.flush();
            return OK;
        }
    }

    /** A file gets the bytes, so that offsets hold; a terminal gets clean text. */
    private void write(PrintStream out, byte[] bytes) {
        if (surroundings().terminal()) {
            out.print(SafeText.clean(new String(bytes, StandardCharsets.UTF_8)));
        } else {
            out.write(bytes, 0, bytes.length);
        }
        out.flush();
    }
}
