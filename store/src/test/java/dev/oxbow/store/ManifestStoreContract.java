package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.workspace.Manifest;
import dev.oxbow.workspace.ManifestStore;
import dev.oxbow.workspace.SampleManifests;
import org.junit.jupiter.api.Test;

/** What every {@link ManifestStore} promises. */
abstract class ManifestStoreContract {
    static final SandboxId SANDBOX = SandboxId.next();

    /** A store of the same records as any other that this has given. */
    abstract ManifestStore store();

    @Test
    void whatWasNeverSavedIsAbsent() {
        assertThat(store().load(SANDBOX)).isEmpty();
        store().delete(SANDBOX);
    }

    @Test
    void whatWasSavedLastIsThereForEverybody() {
        store().save(SampleManifests.of(SANDBOX, "one"));
        store().save(SampleManifests.of(SANDBOX, "two"));
        store().save(SampleManifests.of(SandboxId.next(), "other"));

        assertThat(store().load(SANDBOX).map(Manifest::worktree)).contains("two");
        assertThat(store().load(SANDBOX).map(Manifest::sandbox)).contains(SANDBOX);
    }

    @Test
    void aManifestMayGrowAndShrink() {
        for (int files : new int[] {1, 5_000, 4_999, 20, 2_000, 0}) {
            Manifest saved = SampleManifests.of(SANDBOX, "with " + files, files);
            store().save(saved);

            assertThat(store().load(SANDBOX).map(Manifest::encode))
                    .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(saved.encode()));
        }
    }

    @Test
    void aCheckpointHasAManifestOfItsOwn() {
        CheckpointId checkpoint = CheckpointId.next();
        store().save(SampleManifests.of(SANDBOX, "then"));
        store().save(checkpoint, store().load(SANDBOX).orElseThrow());
        store().save(SampleManifests.of(SANDBOX, "later"));

        assertThat(store().load(checkpoint).map(Manifest::worktree)).contains("then");
        assertThat(store().load(SANDBOX).map(Manifest::worktree)).contains("later");

        store().delete(SANDBOX);
        assertThat(store().load(checkpoint)).isPresent();
        store().delete(checkpoint);
        store().delete(checkpoint);
        assertThat(store().load(checkpoint)).isEmpty();
    }

    @Test
    void whatWasDeletedIsAbsent() {
        SandboxId other = SandboxId.next();
        store().save(SampleManifests.of(SANDBOX, "one"));
        store().save(SampleManifests.of(other, "two"));

        store().delete(SANDBOX);

        assertThat(store().load(SANDBOX)).isEmpty();
        assertThat(store().load(other)).isPresent();
    }
}
