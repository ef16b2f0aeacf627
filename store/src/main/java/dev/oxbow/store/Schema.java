package dev.oxbow.store;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ThreadId;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables, as a list of steps: the number of steps already taken stands in the file's {@code
 * user_version}. Steps are added at the end, never changed.
 */
final class Schema {
    private static final List<String> STEPS =
            List.of(
                    """
                    CREATE TABLE installation (id TEXT NOT NULL) STRICT;
                    CREATE TABLE thread (
                        id TEXT PRIMARY KEY,
                        identity TEXT NOT NULL UNIQUE,
                        worktree TEXT NOT NULL,
                        sandbox TEXT
                    ) STRICT;
                    CREATE TABLE run (
                        id TEXT PRIMARY KEY,
                        thread TEXT NOT NULL REFERENCES thread (id),
                        worktree TEXT NOT NULL,
                        ended INTEGER NOT NULL DEFAULT 0,
                        token INTEGER NOT NULL DEFAULT 0,
                        cancel INTEGER NOT NULL DEFAULT 0,
                        last_seq INTEGER NOT NULL DEFAULT 0,
                        fixed TEXT NOT NULL,
                        progress TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX run_by_thread ON run (thread, ended);
                    CREATE INDEX run_by_worktree ON run (worktree);
                    CREATE INDEX run_under_way ON run (id) WHERE ended = 0;
                    CREATE TABLE event (
                        run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
                        seq INTEGER NOT NULL,
                        body TEXT NOT NULL,
                        PRIMARY KEY (run, seq)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE session (
                        thread TEXT NOT NULL REFERENCES thread (id),
                        agent TEXT NOT NULL,
                        id TEXT NOT NULL,
                        sandbox TEXT NOT NULL,
                        totals TEXT,
                        used INTEGER NOT NULL,
                        PRIMARY KEY (thread, agent, id)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE manifest (sandbox TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;
                    """,
                    """
                    CREATE TABLE checkpoint (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
                    CREATE TABLE checkpoint_manifest (
                        checkpoint TEXT PRIMARY KEY,
                        body BLOB NOT NULL
                    ) STRICT;
                    CREATE TABLE pending_rollback (
                        sandbox TEXT PRIMARY KEY,
                        body TEXT NOT NULL
                    ) STRICT;
                    """,
                    """
                    ALTER TABLE manifest RENAME TO whole_manifest;
                    CREATE TABLE manifest (
                        sandbox TEXT NOT NULL,
                        part INTEGER NOT NULL DEFAULT 0,
                        body BLOB NOT NULL,
                        PRIMARY KEY (sandbox, part)
                    ) STRICT;
                    INSERT INTO manifest (sandbox, body) SELECT sandbox, body FROM whole_manifest;
                    DROP TABLE whole_manifest;
                    """);

    private Schema() {}

    static void bringUp(Database database) {
        if (database.read(Schema::version) == STEPS.size()) {
            return;
        }
        database.write(session -> {
            int taken = version(session);
            if (taken > STEPS.size()) {
                throw OxException.of(
                                ErrorCode.STORE_UNREADABLE,
                                "the records are of version %d, this program knows %d",
                                taken,
                                STEPS.size())
                        .suggest("Use the newer version of ox that made them.");
            }
            for (String step : STEPS.subList(taken, STEPS.size())) {
                session.script(step);
            }
            if (taken == 0) {
                // Any unguessable short name does; a thread id is one.
                session.update(
                        "INSERT INTO installation (id) VALUES (?)",
                        ThreadId.next().value().substring(ThreadId.PREFIX.length()));
            }
            session.script("PRAGMA user_version = " + STEPS.size());
            return taken;
        });
    }

    private static int version(Database.Session session) throws SQLException {
        return session.first("PRAGMA user_version", row -> row.getInt(1)).orElse(0);
    }
}
