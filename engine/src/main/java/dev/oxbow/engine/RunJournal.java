package dev.oxbow.engine;

import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.Event;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * The one pen with which a driver writes about its run: what is going to be done, how far it is,
 * what happened. Events may be noted from any thread; they are stored, in order, with the next
 * {@link #advance} or {@link #flush} of the driver.
 */
final class RunJournal {
    private final RunStore store;
    private final EventBell bell;
    private final RunRecord run;
    private final long token;
    private final EventRedaction redaction;
    private final List<EventDraft> noted = new ArrayList<>();
    private volatile RunProgress progress;
    private long lastSeq;

    RunJournal(
            RunStore store, EventBell bell, RunRecord run, long token, EventRedaction redaction) {
        this.store = store;
        this.bell = bell;
        this.run = run;
        this.token = token;
        this.redaction = redaction;
        this.progress = run.progress();
        this.lastSeq = run.lastSeq();
    }

    RunRecord run() {
        return run;
    }

    RunId id() {
        return run.id();
    }

    RunProgress progress() {
        return progress;
    }

    /** Number of the latest stored event. */
    long lastSeq() {
        return lastSeq;
    }

    EventRedaction redaction() {
        return redaction;
    }

    /** Notes an event of the engine. */
    void note(Event event) {
        note(event, Optional.empty());
    }

    /** Notes an event with the agent's own words for it. */
    void note(Event event, Optional<JsonNode> nativeObject) {
        synchronized (noted) {
            noted.addAll(redaction.next(new EventDraft(Instant.now(), event, nativeObject)));
        }
    }

    /** Goes through an event that a former driver has noted: its text may go on in the next one. */
    void replay(Event event) {
        synchronized (noted) {
            var _ = redaction.next(new EventDraft(Instant.now(), event, Optional.empty()));
        }
    }

    /** Notes what was held back of text that could have gone on: the agent has ended. */
    void noteRest() {
        synchronized (noted) {
            noted.addAll(redaction.rest());
        }
    }

    /** How many events wait to be stored. */
    int waiting() {
        synchronized (noted) {
            return noted.size();
        }
    }

    /** Stores the progress as changed, with all events noted so far. */
    synchronized void advance(UnaryOperator<RunProgress.Change> change) {
        write(change.apply(progress.change()).done(), Optional.empty());
    }

    /** Enters a phase; followers are told. */
    void enter(RunPhase phase, UnaryOperator<RunProgress.Change> change) {
        note(new EngineEvent.RunPhase(phase.wire()));
        advance(c -> change.apply(c).phase(phase));
    }

    /** Stores the events noted so far, if any; the only write that any thread may do. */
    synchronized void flush() {
        if (waiting() > 0) {
            write(progress, Optional.empty());
        }
    }

    /** Stores the end: nothing comes after it. */
    synchronized void end(UnaryOperator<RunProgress.Change> change, EventDraft last) {
        write(change.apply(progress.change()).done(), Optional.of(last));
    }

    private synchronized void write(RunProgress next, Optional<EventDraft> last) {
        List<EventDraft> events;
        synchronized (noted) {
            events = new ArrayList<>(noted);
        }
        int taken = events.size();
        last.ifPresent(events::add);
        List<EventEnvelope> stored = store.commit(run.id(), token, next, events);
        synchronized (noted) {
            noted.subList(0, taken).clear();
        }
        progress = next;
        if (!stored.isEmpty()) {
            lastSeq = stored.getLast().seq();
        }
        bell.ring();
    }

    boolean cancelRequested() {
        return store.cancelRequested(run.id());
    }
}
