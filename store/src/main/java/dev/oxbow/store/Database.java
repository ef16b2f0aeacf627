package dev.oxbow.store;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One SQLite file, shared by all processes of an installation: write-ahead log, every commit on the
 * disk before it is acknowledged, waits of at most {@value #BUSY_MILLIS} ms for other writers.
 *
 * <p>Work goes through {@link #read} and {@link #write}, one at a time. Failures of the file are
 * {@code STORE_UNREADABLE}, a full disk is {@code NO_SPACE}. Safe for concurrent use.
 */
public final class Database implements AutoCloseable {
    private static final int BUSY_MILLIS = 20_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Path file;
    private final Connection connection;

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /**
     * Opens the database, makes it if there is none, and brings its schema up to date.
     *
     * @param file where it is; its directory must exist
     * @throws OxException {@code STORE_UNREADABLE} if it cannot be read or is of a later version;
     *     the file is then as it was
     */
    public static Database open(Path file) {
        try {
            makePrivate(file);
            SQLiteConfig config = new SQLiteConfig();
            config.setBusyTimeout(BUSY_MILLIS);
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
            config.enforceForeignKeys(true);
            config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            Database database = new Database(file, connection);
            try {
                Schema.bringUp(database);
            } catch (RuntimeException e) {
                connection.close();
                throw e;
            }
            return database;
        } catch (SQLException e) {
            throw failure(file, e);
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "%s cannot be made: %s", file, e)
                    .causedBy(e);
        }
    }

    /** The records name prompts and paths: nobody else is to read them, whatever the umask. */
    private static void makePrivate(Path file) throws IOException {
        try {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException it) {
            return;
        }
    }

    /** Work on the database. */
    @FunctionalInterface
    interface Work<T> {
        /** Does it. */
        T run(Session session) throws SQLException;
    }

    /** Does work that only reads, seeing one state of the records throughout. */
    <T> T read(Work<T> work) {
        lock.lock();
        try {
            return work.run(new Session(connection));
        } catch (SQLException e) {
            throw failure(file, e);
        } finally {
            lock.unlock();
        }
    }

    /** Does work as one transaction: all of it is durable on return, or nothing has happened. */
    <T> T write(Work<T> work) {
        lock.lock();
        try {
            connection.setAutoCommit(false);
            T result;
            try {
                result = work.run(new Session(connection));
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                rollBack(e);
                throw e;
            }
            connection.setAutoCommit(true);
            return result;
        } catch (SQLException e) {
            throw failure(file, e);
        } finally {
            lock.unlock();
        }
    }

    /** What went wrong first is told: on a full disk SQLite has rolled back by itself already. */
    private void rollBack(Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static OxException failure(Path file, SQLException e) {
        SQLiteErrorCode code =
                e instanceof SQLiteException s ? s.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        if ((code.code & 0xff) == SQLiteErrorCode.SQLITE_FULL.code) {
            return OxException.of(
                            ErrorCode.NO_SPACE,
                            "no space left on the device that holds %s; nothing was recorded",
                            file)
                    .causedBy(e);
        }
        return OxException.of(
                        ErrorCode.STORE_UNREADABLE,
                        "%s: %s; nothing was created or removed",
                        file,
                        reason(code, e))
                .causedBy(e);
    }

    private static String reason(SQLiteErrorCode code, SQLException e) {
        return switch (code.code & 0xff) {
            case 5, 6 -> "another process has held it for " + BUSY_MILLIS / 1000 + " s";
            case 11 -> "its content is damaged";
            case 26 -> "it is not a database";
            case 14 -> "it cannot be opened";
            case 8 -> "it is read-only";
            default -> String.valueOf(e.getMessage()).lines().findFirst().orElse("failed");
        };
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(file, e);
        } finally {
            lock.unlock();
        }
    }

    /** The statements of one piece of work. */
    static final class Session {
        private final Connection connection;

        private Session(Connection connection) {
            this.connection = connection;
        }

        /** Reads one row as a value. */
        @FunctionalInterface
        interface Row<T> {
            /** The value of the current row. */
            T read(ResultSet row) throws SQLException;
        }

        /** Runs a statement. */
        int update(String sql, @Nullable Object... values) throws SQLException {
            try (PreparedStatement statement = bind(sql, values)) {
                return statement.executeUpdate();
            }
        }

        /** Runs one statement for each set of values. */
        void updateEach(String sql, List<Object[]> rows) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (Object[] row : rows) {
                    for (int i = 0; i < row.length; i++) {
                        statement.setObject(i + 1, row[i]);
                    }
                    statement.executeUpdate();
                }
            }
        }

        /** Runs a script. */
        void script(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate(sql);
            }
        }

        /** All rows. */
        <T> List<T> list(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
            try (PreparedStatement statement = bind(sql, values);
                    ResultSet rows = statement.executeQuery()) {
                List<T> all = new ArrayList<>();
                while (rows.next()) {
                    all.add(row.read(rows));
                }
                return all;
            }
        }

        /** The first row. */
        <T> Optional<T> first(String sql, Row<T> row, @Nullable Object... values)
                throws SQLException {
            return list(sql, row, values).stream().findFirst();
        }

        private PreparedStatement bind(String sql, @Nullable Object... values) throws SQLException {
            PreparedStatement statement = connection.prepareStatement(sql);
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement;
        }
    }
}
