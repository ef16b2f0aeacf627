package dev.oxbow.store;

import dev.oxbow.base.RunId;
import dev.oxbow.engine.RunStore;
import java.nio.file.Path;

/** A process that writes events of a run, one for each commit, and says which are acknowledged. */
public final class StoreWriter {
    private StoreWriter() {}

    /** Database, run, how many events. */
    public static void main(String[] args) {
        RunId run = new RunId(args[1]);
        try (RunStore store = new SqliteRunStore(Database.open(Path.of(args[0])))) {
            long token = store.takeOver(run);
            for (int i = 0; i < Integer.parseInt(args[2]); i++) {
                var stored = store.commit(run, token, Records.under(), Records.said("event"));
                System.out.println(stored.getLast().seq());
                System.out.flush();
            }
        }
    }
}
