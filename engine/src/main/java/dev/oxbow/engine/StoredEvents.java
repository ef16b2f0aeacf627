package dev.oxbow.engine;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/** Follows a run's events in the store, whoever writes them. */
final class StoredEvents implements EventStream {
    private static final int BATCH = 500;
    private static final Duration SHORTEST_NAP = Duration.ofMillis(5);
    private static final Duration LONGEST_NAP = Duration.ofMillis(80);

    private final RunStore store;
    private final EventBell bell;
    private final RunId run;
    private final Deque<EventEnvelope> read = new ArrayDeque<>();
    private final Supplier<Optional<OxException>> failure;
    private long since;
    private boolean finished;
    private Duration nap = SHORTEST_NAP;

    /**
     * Events of a run.
     *
     * @param failure why it is not driven on by this process, if so; thrown once all is read
     */
    StoredEvents(
            RunStore store,
            EventBell bell,
            RunId run,
            long since,
            Supplier<Optional<OxException>> failure) {
        this.store = store;
        this.bell = bell;
        this.run = run;
        this.failure = failure;
        this.since = since;
        // Tells now if there is no such run, and ends at once behind the last event.
        boolean ended = ended();
        long last = store.lastSeq(run);
        if (since > last) {
            throw OxException.of(
                            ErrorCode.CURSOR_AHEAD,
                            "run %s has %d events so far, not %d",
                            run,
                            last,
                            since)
                    .with("latest", last);
        }
        finished = last == since && ended;
    }

    private boolean ended() {
        return store.run(run).map(RunRecord::ended).orElse(true);
    }

    @Override
    public Optional<EventEnvelope> next(Deadline deadline) throws InterruptedException {
        while (read.isEmpty() && !finished) {
            long seen = bell.count();
            read.addAll(store.events(run, since, BATCH));
            if (!read.isEmpty()) {
                nap = SHORTEST_NAP;
            } else if (failure.get().isPresent()) {
                throw failure.get().get();
            } else if (deadline.expired()) {
                return Optional.empty();
            } else {
                bell.await(seen, deadline.orIn(nap));
                nap =
                        nap.multipliedBy(2).compareTo(LONGEST_NAP) > 0
                                ? LONGEST_NAP
                                : nap.multipliedBy(2);
            }
        }
        Optional<EventEnvelope> next = Optional.ofNullable(read.poll());
        next.ifPresent(event -> {
            since = event.seq();
            finished = event.event().terminal();
        });
        return next;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public void close() {
        read.clear();
        finished = true;
    }
}
