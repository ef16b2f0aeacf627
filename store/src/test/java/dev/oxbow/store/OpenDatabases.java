package dev.oxbow.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One database opened any number of times, as different processes would, for one test. */
final class OpenDatabases implements AutoCloseable {
    private final List<Database> open = new ArrayList<>();

    /** Opens it once more. */
    Database open(Path folder) {
        Database database = Database.open(folder.resolve("oxbow.db"));
        open.add(database);
        return database;
    }

    @Override
    public void close() {
        open.forEach(Database::close);
    }
}
