package dev.oxbow.cli;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.EventStream;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunView;
import dev.oxbow.sandbox.TerminalSize;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/** Watches runs from their first event to their last, as lines, as a live view or as JSON. */
final class RunWatch {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration TICK = Duration.ofMillis(120);
    private static final int HUNG_UP = 129;
    private static final int INTERRUPTED = 130;

    private final Engine engine;
    private final Surroundings surroundings;
    private final GlobalOptions options;

    /** Completed with the exit code once the user has left the runs to themselves. */
    private final CompletableFuture<Integer> left = new CompletableFuture<>();

    private final List<RunScreen> screens = new CopyOnWriteArrayList<>();
    private final ReentrantLock turn = new ReentrantLock();
    private volatile List<RunId> runs = List.of();
    private boolean stopped;
    private long seen;

    RunWatch(Engine engine, Surroundings surroundings, GlobalOptions options) {
        this.engine = engine;
        this.surroundings = surroundings;
        this.options = options;
    }

    /**
     * Starts runs and shows them until all have ended, or until the user leaves them.
     *
     * @return the runs as they are then, in order
     */
    List<RunView> run(RunRequest request) throws InterruptedException {
        // Before the start: whoever interrupts it at once wants no run that goes on by itself.
        try (Interrupts _ = Interrupts.handle(this::stop, this::leave, this::hangUp)) {
            begin(engine.start(request));
            show();
        }
        return runs.stream().map(engine::run).toList();
    }

    /**
     * Shows a run that is there already until it ends, or until the user leaves it, which a single
     * Ctrl-C does: it is not for a watcher to stop what somebody else has started.
     *
     * @param since number of the last event already seen, 0 for none
     */
    RunView attach(RunId run, long since) throws InterruptedException {
        runs = List.of(run);
        seen = since;
        try (Interrupts _ = Interrupts.handle(this::leave, () -> {}, this::hangUp)) {
            show();
        }
        return engine.run(run);
    }

    private void begin(List<RunId> started) {
        turn.lock();
        try {
            runs = started;
            if (stopped) {
                runs.forEach(engine::cancel);
            }
            if (left()) {
                runs.forEach(engine::leave);
            }
        } finally {
            turn.unlock();
        }
    }

    private void show() throws InterruptedException {
        boolean live = surroundings.terminal() && !options.json();
        Optional<UserTerminal> terminal = live ? Optional.of(new UserTerminal()) : Optional.empty();
        IntSupplier width =
                () -> terminal.map(UserTerminal::size).orElse(TerminalSize.DEFAULT).columns();
        for (int i = 0; i < runs.size(); i++) {
            screens.add(screen(runs.size() == 1 ? "" : "[" + (i + 1) + "] ", i == 0, width));
        }
        try (ExecutorService readers =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("watch-", 0).factory())) {
            List<Future<?>> watching = new ArrayList<>();
            for (int i = 0; i < runs.size(); i++) {
                RunId run = runs.get(i);
                RunScreen screen = screens.get(i);
                watching.add(
                        readers.submit(() -> {
                            follow(run, seen, screen);
                            return run;
                        }));
            }
            for (Future<?> reader : watching) {
                await(reader, screens.getFirst());
            }
        } finally {
            screens.forEach(RunScreen::close);
            terminal.ifPresent(UserTerminal::close);
        }
    }

    /** The exit code of whom a signal made leave the runs to themselves, if one did. */
    OptionalInt leftWith() {
        return left() ? OptionalInt.of(left.join()) : OptionalInt.empty();
    }

    private boolean left() {
        return left.isDone();
    }

    private RunScreen screen(String prefix, boolean first, IntSupplier width) {
        return new RunScreen(
                surroundings.out(),
                new Style(surroundings.colour()),
                surroundings.live() && !options.json() && first,
                options.verbose(),
                options.quiet() || options.json(),
                prefix,
                width);
    }

    /** Shows events after {@code since} until the last one of the run. */
    void follow(RunId run, long since, RunScreen screen) throws InterruptedException {
        try (EventStream events = engine.events(run, since)) {
            while (!events.finished() && !left()) {
                Optional<EventEnvelope> next = events.next(Deadline.in(LOOK));
                next.ifPresent(event -> show(event, screen));
            }
        }
    }

    void show(EventEnvelope event, RunScreen screen) {
        if (options.json()) {
            PrintStream out = surroundings.out();
            synchronized (out) {
                out.println(event.withoutNative().toJson());
                out.flush();
            }
        } else {
            screen.show(event);
        }
    }

    private void await(Future<?> reader, RunScreen screen) throws InterruptedException {
        while (true) {
            try {
                reader.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException _) {
                screen.tick();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new CancellationException(String.valueOf(e.getCause()));
            }
        }
    }

    private void stop() {
        turn.lock();
        try {
            stopped = true;
            note("stopping; the work so far is brought back (Ctrl-C again leaves it alone)");
            runs.forEach(engine::cancel);
        } finally {
            turn.unlock();
        }
    }

    private void leave() {
        leave(INTERRUPTED);
        if (!runs.isEmpty()) {
            note("left alone; come back with: ox attach " + runs.getFirst());
        }
    }

    /** Nobody is there to be told. */
    private void hangUp() {
        leave(HUNG_UP);
    }

    private void leave(int exitCode) {
        turn.lock();
        try {
            runs.forEach(engine::leave);
            left.complete(exitCode);
        } finally {
            turn.unlock();
        }
    }

    private void note(String line) {
        if (surroundings.terminal() && !options.json() && !options.quiet() && !screens.isEmpty()) {
            screens.getFirst().say("ox: " + line);
        } else {
            surroundings.err().println("ox: " + line);
            surroundings.err().flush();
        }
    }
}
