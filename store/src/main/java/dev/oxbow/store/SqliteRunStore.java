package dev.oxbow.store;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.agents.SessionTotals;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
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
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunStore;
import dev.oxbow.engine.SessionRecord;
import dev.oxbow.engine.ThreadRecord;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link RunStore} in a {@link Database}. */
public final class SqliteRunStore implements RunStore {
    private static final String RUN =
            "SELECT id, thread, worktree, cancel, last_seq, fixed, progress FROM run ";

    private final Database database;

    /**
     * A store.
     *
     * @param database where the records are; closed with the store
     */
    public SqliteRunStore(Database database) {
        this.database = database;
    }

    /** What of a run never changes and is not searched for. */
    record Fixed(
            Path artifacts,
            int attempt,
            int attempts,
            Optional<RunId> lead,
            String provider,
            RunRequest request,
            Instant createdAt) {}

    @Override
    public String installation() {
        return database.read(s ->
                s.first("SELECT id FROM installation", row -> row.getString(1))
                        .orElseThrow(() -> unreadable("the installation has no id")));
    }

    @Override
    public ThreadRecord openThread(String identity, Path worktree) {
        return threadByIdentity(identity).orElseGet(() -> makeThread(identity, worktree));
    }

    private ThreadRecord makeThread(String identity, Path worktree) {
        return database.write(s -> {
            s.update(
                    "INSERT INTO thread (id, identity, worktree) VALUES (?, ?, ?)"
                            + " ON CONFLICT (identity) DO NOTHING",
                    ThreadId.next().value(),
                    identity,
                    worktree.toString());
            return s.first(THREAD + "WHERE identity = ?", SqliteRunStore::thread, identity)
                    .orElseThrow(() -> unreadable("a new thread cannot be found"));
        });
    }

    private static final String THREAD = "SELECT id, identity, worktree, sandbox FROM thread ";

    @Override
    public Optional<ThreadRecord> threadByIdentity(String identity) {
        return database.read(
                s -> s.first(THREAD + "WHERE identity = ?", SqliteRunStore::thread, identity));
    }

    @Override
    public Optional<ThreadRecord> thread(ThreadId id) {
        return database.read(
                s -> s.first(THREAD + "WHERE id = ?", SqliteRunStore::thread, id.value()));
    }

    private static ThreadRecord thread(ResultSet row) throws SQLException {
        return new ThreadRecord(
                new ThreadId(row.getString(1)),
                row.getString(2),
                Path.of(row.getString(3)),
                Optional.ofNullable(row.getString(4)).map(SandboxId::new));
    }

    @Override
    public void setSandbox(ThreadId id, Optional<SandboxId> sandbox) {
        database.write(s ->
                s.update(
                        "UPDATE thread SET sandbox = ? WHERE id = ?",
                        sandbox.map(SandboxId::value).orElse(null),
                        id.value()));
    }

    @Override
    public void add(List<RunRecord> runs, boolean onlyIfFree) {
        database.write(s -> {
            for (RunRecord run : runs) {
                if (onlyIfFree) {
                    refuseIfBusy(s, run.thread());
                }
                s.update(
                        "INSERT INTO run (id, thread, worktree, fixed, progress)"
                                + " VALUES (?, ?, ?, ?, ?)",
                        run.id().value(),
                        run.thread().value(),
                        run.worktree().toString(),
                        Json.write(
                                new Fixed(
                                        run.artifacts(),
                                        run.attempt(),
                                        run.attempts(),
                                        run.lead(),
                                        run.provider(),
                                        run.request(),
                                        run.createdAt())),
                        Json.write(run.progress()));
            }
            return runs.size();
        });
    }

    private static void refuseIfBusy(Database.Session s, ThreadId thread) throws SQLException {
        List<RunRecord> ahead =
                s.list(
                        RUN + "WHERE thread = ? AND ended = 0 ORDER BY id LIMIT 1",
                        SqliteRunStore::run,
                        thread.value());
        if (!ahead.isEmpty()) {
            RunRecord holder = ahead.getFirst();
            throw OxException.of(
                            ErrorCode.WORKTREE_BUSY,
                            "held by %s since %s",
                            holder.id(),
                            holder.createdAt())
                    .with("holder", holder.id().value());
        }
    }

    @Override
    public Optional<RunRecord> run(RunId id) {
        return database.read(s -> s.first(RUN + "WHERE id = ?", SqliteRunStore::run, id.value()));
    }

    @Override
    public List<RunRecord> runs(RunFilter filter) {
        String worktree = filter.worktree().map(Path::toString).orElse(null);
        return database.read(s ->
                s.list(
                        RUN
                                + "WHERE (?1 IS NULL OR worktree = ?1) AND ended <= ?2"
                                + " ORDER BY id DESC LIMIT ?3",
                        SqliteRunStore::run,
                        worktree,
                        filter.ended() ? 1 : 0,
                        filter.limit()));
    }

    @Override
    public List<RunRecord> unended(ThreadId thread) {
        return database.read(s ->
                s.list(
                        RUN + "WHERE thread = ? AND ended = 0 ORDER BY id",
                        SqliteRunStore::run,
                        thread.value()));
    }

    private static RunRecord run(ResultSet row) throws SQLException {
        Fixed fixed = read(row.getString(6), Fixed.class);
        return new RunRecord(
                new RunId(row.getString(1)),
                new ThreadId(row.getString(2)),
                Path.of(row.getString(3)),
                fixed.artifacts(),
                fixed.attempt(),
                fixed.attempts(),
                fixed.lead(),
                fixed.provider(),
                fixed.request(),
                fixed.createdAt(),
                row.getInt(4) != 0,
                row.getLong(5),
                read(row.getString(7), RunProgress.class));
    }

    @Override
    public long takeOver(RunId id) {
        return database.write(s ->
                s.first(
                                "UPDATE run SET token = token + 1 WHERE id = ?"
                                        + " RETURNING token",
                                row -> row.getLong(1),
                                id.value())
                        .orElseThrow(() -> noRun(id)));
    }

    @Override
    public List<EventEnvelope> commit(
            RunId id, long token, RunProgress progress, List<EventDraft> events) {
        return database.write(s -> {
            Holder holder =
                    s.first(
                                    "SELECT token, last_seq, thread, fixed FROM run WHERE id = ?",
                                    Holder::of,
                                    id.value())
                            .orElseThrow(() -> noRun(id));
            if (holder.token != token) {
                throw OxException.of(
                        ErrorCode.OPERATION_INTERRUPTED,
                        "run %s is looked after by another process now",
                        id);
            }
            List<EventEnvelope> stored = new ArrayList<>(events.size());
            List<Object[]> rows = new ArrayList<>(events.size());
            long seq = holder.lastSeq;
            for (EventDraft draft : events) {
                EventEnvelope event =
                        new EventEnvelope(
                                ++seq,
                                draft.ts(),
                                holder.thread,
                                id,
                                holder.agent,
                                draft.event(),
                                draft.nativeObject());
                stored.add(event);
                rows.add(new Object[] {id.value(), seq, event.toJson()});
            }
            if (!rows.isEmpty()) {
                s.updateEach("INSERT INTO event (run, seq, body) VALUES (?, ?, ?)", rows);
            }
            s.update(
                    "UPDATE run SET progress = ?, last_seq = ?, ended = ? WHERE id = ?",
                    Json.write(progress),
                    seq,
                    progress.phase() == RunPhase.DONE ? 1 : 0,
                    id.value());
            return stored;
        });
    }

    /** What a commit must know of the run. */
    private record Holder(long token, long lastSeq, ThreadId thread, String agent) {
        static Holder of(ResultSet row) throws SQLException {
            return new Holder(
                    row.getLong(1),
                    row.getLong(2),
                    new ThreadId(row.getString(3)),
                    read(row.getString(4), Fixed.class).request().agent());
        }
    }

    @Override
    public void requestCancel(RunId id) {
        database.write(
                s -> s.update("UPDATE run SET cancel = 1 WHERE id = ? AND ended = 0", id.value()));
    }

    @Override
    public boolean cancelRequested(RunId id) {
        return database.read(s ->
                s.first(
                                "SELECT cancel FROM run WHERE id = ?",
                                row -> row.getInt(1) != 0,
                                id.value())
                        .orElse(false));
    }

    @Override
    public void amend(RunId id, RunOutcome outcome) {
        database.write(s -> {
            RunRecord run =
                    s.first(RUN + "WHERE id = ?", SqliteRunStore::run, id.value())
                            .orElseThrow(() -> noRun(id));
            if (run.progress().phase() != RunPhase.DONE) {
                throw OxException.of(ErrorCode.RUN_IN_PROGRESS, "run %s has not ended yet", id);
            }
            return s.update(
                    "UPDATE run SET progress = ? WHERE id = ?",
                    Json.write(run.progress().withOutcome(outcome)),
                    id.value());
        });
    }

    @Override
    public long lastSeq(RunId id) {
        return database.read(s ->
                s.first("SELECT last_seq FROM run WHERE id = ?", row -> row.getLong(1), id.value())
                        .orElseThrow(() -> noRun(id)));
    }

    @Override
    public List<EventEnvelope> events(RunId id, long since, int limit) {
        return database.read(s ->
                s.list(
                        "SELECT body FROM event WHERE run = ? AND seq > ?"
                                + " ORDER BY seq LIMIT ?",
                        row -> read(row.getString(1), EventEnvelope.class),
                        id.value(),
                        since,
                        limit));
    }

    @Override
    public Optional<SessionRecord> session(ThreadId thread, String agent, String sessionId) {
        return database.read(s ->
                s.first(
                        SESSION + "AND id = ?",
                        SqliteRunStore::session,
                        thread.value(),
                        agent,
                        sessionId));
    }

    @Override
    public Optional<SessionRecord> latestSession(ThreadId thread, String agent) {
        return database.read(s ->
                s.first(
                        SESSION + "ORDER BY used DESC LIMIT 1",
                        SqliteRunStore::session,
                        thread.value(),
                        agent));
    }

    private static final String SESSION =
            "SELECT thread, agent, id, sandbox, totals FROM session WHERE thread = ? AND agent = ?"
                    + " ";

    private static SessionRecord session(ResultSet row) throws SQLException {
        return new SessionRecord(
                new ThreadId(row.getString(1)),
                row.getString(2),
                row.getString(3),
                new SandboxId(row.getString(4)),
                Optional.ofNullable(row.getString(5)).map(t -> read(t, SessionTotals.class)));
    }

    @Override
    public void saveSession(SessionRecord session) {
        database.write(s ->
                s.update(
                        "INSERT INTO session (thread, agent, id, sandbox, totals, used)"
                                + " VALUES (?1, ?2, ?3, ?4, ?5, (SELECT 1 + coalesce(max(used),"
                                + " 0) FROM session)) ON CONFLICT (thread, agent, id) DO UPDATE"
                                + " SET sandbox = ?4, totals = coalesce(?5, totals), used ="
                                + " excluded.used",
                        session.thread().value(),
                        session.agent(),
                        session.sessionId(),
                        session.sandbox().value(),
                        session.totals().map(Json::write).orElse(null)));
    }

    @Override
    public void delete(RunId id) {
        database.write(s -> s.update("DELETE FROM run WHERE id = ?", id.value()));
    }

    @Override
    public void close() {
        database.close();
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return Json.read(json, type);
        } catch (Json.MalformedJson e) {
            throw unreadable("a record is not what this program writes").causedBy(e);
        }
    }

    private static OxException unreadable(String why) {
        return OxException.of(ErrorCode.STORE_UNREADABLE, "%s; nothing was changed", why);
    }

    private static OxException noRun(RunId id) {
        return OxException.of(ErrorCode.RUN_NOT_FOUND, "there is no run %s", id);
    }
}
