package dev.oxbow.workspace;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The bases that belong to checkpoints. A sandbox that goes back to old files must be compared with
 * what it had been given then: held against a later base, the user's newer files would look like
 * something that the sandbox has undone.
 */
final class KeptBases {
    private final Worktree worktree;
    private final ManifestStore manifests;
    private final Path state;

    KeptBases(Worktree worktree, ManifestStore manifests, Path state) {
        this.worktree = worktree;
        this.manifests = manifests;
        this.state = state;
    }

    <T> T keep(CheckpointId id, Optional<Manifest> manifest, Supplier<T> taking) {
        manifest.ifPresent(m -> {
            manifests.save(id, m);
            // Later syncs move the ref of the sandbox on; git must not clear this base away.
            m.snapshot().ifPresent(commit -> point(Snapshots.checkpointRef(id), commit));
        });
        boolean taken = false;
        try {
            T result = taking.get();
            taken = true;
            return result;
        } finally {
            if (!taken) {
                forget(id);
            }
        }
    }

    void restore(SandboxId sandbox, CheckpointId from) {
        mark(sandbox);
        new Sending(state, sandbox).clear();
        Optional<Manifest> kept = manifests.load(from).map(m -> m.of(sandbox));
        if (kept.isEmpty()) {
            manifests.delete(sandbox);
            return;
        }
        kept.get().snapshot().ifPresent(commit -> point(Snapshots.baseRef(sandbox), commit));
        manifests.save(kept.get());
    }

    void forget(CheckpointId id) {
        manifests.delete(id);
        var _ =
                worktree.git()
                        .run(
                                List.of("update-ref", "-d", Snapshots.checkpointRef(id)),
                                Optional.empty(),
                                Map.of());
    }

    private void point(String ref, HostObjects.Commit commit) {
        worktree.git().ask("update-ref", ref, commit.id());
    }

    /** Notes that no run up to now has left the files that the sandbox has. */
    private void mark(SandboxId sandbox) {
        try {
            Durable.write(file(sandbox), RunId.next().value().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw failed("written", sandbox, e);
        }
    }

    /** Whether the run's sandbox went back to a checkpoint after it: ids of runs rise with time. */
    boolean rolledBackSince(Harvest harvest) {
        Path file = file(harvest.sandbox());
        try {
            return Files.exists(file)
                    && harvest.run().value().compareTo(Files.readString(file)) < 0;
        } catch (IOException e) {
            throw failed("read", harvest.sandbox(), e);
        }
    }

    void forgetRollbacks(SandboxId sandbox) {
        try {
            Files.deleteIfExists(file(sandbox));
        } catch (IOException e) {
            throw failed("removed", sandbox, e);
        }
    }

    private Path file(SandboxId sandbox) {
        return state.resolve("rolled-back-" + sandbox);
    }

    private static OxException failed(String verb, SandboxId sandbox, IOException cause) {
        return OxException.of(
                        ErrorCode.STORE_UNREADABLE,
                        "the note on the rollback of %s cannot be %s: %s",
                        sandbox,
                        verb,
                        cause)
                .causedBy(cause);
    }
}
