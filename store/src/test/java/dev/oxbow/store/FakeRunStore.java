package dev.oxbow.store;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.engine.EventDraft;
import dev.oxbow.engine.RunFilter;
import dev.oxbow.engine.RunOutcome;
import dev.oxbow.engine.RunPhase;
import dev.oxbow.engine.RunProgress;
import dev.oxbow.engine.RunRecord;
import dev.oxbow.engine.RunStore;
import dev.oxbow.engine.SessionRecord;
import dev.oxbow.engine.ThreadRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A {@link RunStore} in memory: closed and used again, it still knows everything. */
final class FakeRunStore implements RunStore {
    private final String installation = ThreadId.next().value();
    private final Map<String, ThreadRecord> threads = new LinkedHashMap<>();
    private final Map<RunId, Kept> runs = new TreeMap<>(Comparator.comparing(RunId::value));
    private final List<SessionRecord> sessions = new ArrayList<>();

    /** A run with what happened in it. */
    private static final class Kept {
        RunRecord run;
        long token;
        final List<EventEnvelope> events = new ArrayList<>();

        Kept(RunRecord run) {
            this.run = run;
        }

        boolean ended() {
            return run.progress().phase() == RunPhase.DONE;
        }

        void set(boolean cancel, long lastSeq, RunProgress progress) {
            run =
                    new RunRecord(
                            run.id(),
                            run.thread(),
                            run.worktree(),
                            run.artifacts(),
                            run.attempt(),
                            run.attempts(),
                            run.lead(),
                            run.provider(),
                            run.request(),
                            run.createdAt(),
                            cancel,
                            lastSeq,
                            progress);
        }
    }

    @Override
    public synchronized String installation() {
        return installation;
    }

    @Override
    public synchronized ThreadRecord openThread(String identity, Path worktree) {
        return threads.computeIfAbsent(
                identity,
                _ -> new ThreadRecord(ThreadId.next(), identity, worktree, Optional.empty()));
    }

    @Override
    public synchronized Optional<ThreadRecord> threadByIdentity(String identity) {
        return Optional.ofNullable(threads.get(identity));
    }

    @Override
    public synchronized Optional<ThreadRecord> thread(ThreadId id) {
        return threads.values().stream().filter(thread -> thread.id().equals(id)).findFirst();
    }

    @Override
    public synchronized void setSandbox(ThreadId id, Optional<SandboxId> sandbox) {
        threads.replaceAll((_, thread) ->
                thread.id().equals(id)
                        ? new ThreadRecord(id, thread.identity(), thread.worktree(), sandbox)
                        : thread);
    }

    @Override
    public synchronized void add(List<RunRecord> added, boolean onlyIfFree) {
        for (RunRecord run : added) {
            List<RunRecord> ahead = unended(run.thread());
            if (onlyIfFree && !ahead.isEmpty()) {
                throw OxException.of(ErrorCode.WORKTREE_BUSY, "held by %s", ahead.getFirst().id());
            }
        }
        added.forEach(run -> runs.put(run.id(), new Kept(run)));
    }

    @Override
    public synchronized Optional<RunRecord> run(RunId id) {
        return Optional.ofNullable(runs.get(id)).map(kept -> kept.run);
    }

    @Override
    public synchronized List<RunRecord> runs(RunFilter filter) {
        return runs.values().stream()
                .filter(kept -> filter.ended() || !kept.ended())
                .map(kept -> kept.run)
                .filter(run -> filter.worktree().map(run.worktree()::equals).orElse(true))
                .toList()
                .reversed()
                .stream()
                .limit(filter.limit())
                .toList();
    }

    @Override
    public synchronized List<RunRecord> unended(ThreadId thread) {
        return runs.values().stream()
                .filter(kept -> !kept.ended() && kept.run.thread().equals(thread))
                .map(kept -> kept.run)
                .toList();
    }

    @Override
    public synchronized long takeOver(RunId id) {
        return ++known(id).token;
    }

    @Override
    public synchronized List<EventEnvelope> commit(
            RunId id, long token, RunProgress progress, List<EventDraft> events) {
        Kept kept = known(id);
        if (kept.token != token) {
            throw OxException.of(ErrorCode.OPERATION_INTERRUPTED, "run %s has another driver", id);
        }
        long seq = kept.run.lastSeq();
        List<EventEnvelope> stored = new ArrayList<>();
        for (EventDraft draft : events) {
            stored.add(
                    new EventEnvelope(
                            ++seq,
                            draft.ts(),
                            kept.run.thread(),
                            id,
                            kept.run.request().agent(),
                            draft.event(),
                            draft.nativeObject()));
        }
        kept.events.addAll(stored);
        kept.set(kept.run.cancelRequested(), seq, progress);
        return stored;
    }

    @Override
    public synchronized void requestCancel(RunId id) {
        Optional.ofNullable(runs.get(id))
                .filter(kept -> !kept.ended())
                .ifPresent(kept -> kept.set(true, kept.run.lastSeq(), kept.run.progress()));
    }

    @Override
    public synchronized boolean cancelRequested(RunId id) {
        return run(id).map(RunRecord::cancelRequested).orElse(false);
    }

    @Override
    public synchronized void amend(RunId id, RunOutcome outcome) {
        Kept kept = known(id);
        if (!kept.ended()) {
            throw OxException.of(ErrorCode.RUN_IN_PROGRESS, "run %s has not ended yet", id);
        }
        kept.set(
                kept.run.cancelRequested(),
                kept.run.lastSeq(),
                kept.run.progress().withOutcome(outcome));
    }

    @Override
    public synchronized long lastSeq(RunId id) {
        return known(id).run.lastSeq();
    }

    @Override
    public synchronized List<EventEnvelope> events(RunId id, long since, int limit) {
        return Optional.ofNullable(runs.get(id)).stream()
                .flatMap(kept -> List.copyOf(kept.events).stream())
                .filter(event -> event.seq() > since)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Optional<SessionRecord> session(
            ThreadId thread, String agent, String sessionId) {
        return sessions(thread, agent).stream()
                .filter(session -> session.sessionId().equals(sessionId))
                .findFirst();
    }

    @Override
    public synchronized Optional<SessionRecord> latestSession(ThreadId thread, String agent) {
        return sessions(thread, agent).stream().reduce((_, later) -> later);
    }

    private List<SessionRecord> sessions(ThreadId thread, String agent) {
        return sessions.stream()
                .filter(s -> s.thread().equals(thread) && s.agent().equals(agent))
                .toList();
    }

    @Override
    public synchronized void saveSession(SessionRecord session) {
        Optional<SessionRecord> before =
                session(session.thread(), session.agent(), session.sessionId());
        before.ifPresent(sessions::remove);
        sessions.add(
                new SessionRecord(
                        session.thread(),
                        session.agent(),
                        session.sessionId(),
                        session.sandbox(),
                        session.totals().or(() -> before.flatMap(SessionRecord::totals))));
    }

    @Override
    public synchronized void delete(RunId id) {
        runs.remove(id);
    }

    @Override
    public void close() {}

    private Kept known(RunId id) {
        Kept kept = runs.get(id);
        if (kept == null) {
            throw OxException.of(ErrorCode.RUN_NOT_FOUND, "there is no run %s", id);
        }
        return kept;
    }
}
