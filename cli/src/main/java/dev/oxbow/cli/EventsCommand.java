package dev.oxbow.cli;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.EventStream;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "events", description = "Print the events of a run.")
final class EventsCommand extends OxCommand {
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

    @Option(
            names = "--since",
            paramLabel = "SEQ",
            description = "Number of the last event already seen.")
    private long since;

    EventsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() throws InterruptedException {
        if (since < 0) {
            throw usage("--since must not be negative", "Leave it out to begin at the start.");
        }
        try (Engine engine = engine()) {
            RunId id = RunNames.find(engine, run, surroundings().cwd());
            RunWatch watch = new RunWatch(engine, surroundings(), options());
            long last = follow ? Long.MAX_VALUE : engine.run(id).lastSeq();
            try (EventStream events = engine.events(id, since);
                    RunScreen screen =
                            new RunScreen(
                                    surroundings().out(),
                                    style(),
                                    false,
                                    options().verbose(),
                                    false,
                                    "",
                                    () -> 80)) {
                long seen = since;
                while (seen < last && !events.finished() && !surroundings().out().checkError()) {
                    Optional<EventEnvelope> next = events.next(Deadline.in(LOOK));
                    if (next.isPresent()) {
                        seen = next.get().seq();
                        watch.show(next.get(), screen);
                    }
                }
            }
            if (follow && !options().json()) {
                new RunSummary(surroundings(), options().quiet()).print(engine.run(id), false);
            }
            return OK;
        }
    }
}
