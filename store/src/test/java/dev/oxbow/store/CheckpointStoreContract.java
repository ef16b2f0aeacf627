package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import dev.oxbow.engine.CheckpointOrigin;
import dev.oxbow.engine.CheckpointRecord;
import dev.oxbow.engine.CheckpointStore;
import dev.oxbow.engine.CheckpointStore.PendingRollback;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link CheckpointStore} promises. */
abstract class CheckpointStoreContract {
    private final SandboxId sandbox = SandboxId.next();

    /** A store of the same records as any other that this has given. */
    abstract CheckpointStore store();

    @Test
    void checkpointsAreThereForEverybodyOldestFirst() {
        CheckpointRecord first = record(CheckpointOrigin.USER, Optional.of("a name"));
        CheckpointRecord second = record(CheckpointOrigin.BEFORE_RUN, Optional.empty());
        store().add(second);
        store().add(first);

        assertThat(store().all()).containsExactly(first, second);
        assertThat(store().find(first.id())).contains(first);
        assertThat(store().find(CheckpointId.next())).isEmpty();

        store().delete(first.id());
        store().delete(first.id());
        assertThat(store().all()).containsExactly(second);
    }

    @Test
    void aRollbackIsPendingUntilItEnds() {
        CheckpointId to = CheckpointId.next();
        assertThat(store().pending(sandbox)).isEmpty();

        store().begin(new PendingRollback(sandbox, CheckpointId.next(), 1));
        store().begin(new PendingRollback(sandbox, to, 2));
        store().begin(new PendingRollback(SandboxId.next(), to, 3));

        assertThat(store().pending(sandbox)).contains(new PendingRollback(sandbox, to, 2));
        store().end(sandbox);
        store().end(sandbox);
        assertThat(store().pending(sandbox)).isEmpty();
    }

    private CheckpointRecord record(CheckpointOrigin origin, Optional<String> name) {
        return new CheckpointRecord(
                CheckpointId.next(),
                ThreadId.next(),
                sandbox,
                "fake",
                origin,
                name,
                Optional.of(RunId.next()),
                Instant.parse("2026-03-01T10:00:00Z"));
    }
}
