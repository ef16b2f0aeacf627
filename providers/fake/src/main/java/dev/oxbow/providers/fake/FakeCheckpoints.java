package dev.oxbow.providers.fake;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The checkpoints of a world: copies of the files, each made once for its id. */
final class FakeCheckpoints {
    private final Map<CheckpointId, CompletableFuture<Kept>> all = new ConcurrentHashMap<>();

    /**
     * A checkpoint and the copy that it is.
     *
     * @param spec what was asked for
     * @param checkpoint what was answered
     * @param image the files
     */
    record Kept(CheckpointSpec spec, Checkpoint checkpoint, Place.Image image) {}

    /** The checkpoint of that id, taken now if it is new. */
    Kept take(CheckpointSpec spec, SandboxId sandbox, Supplier<Kept> taking) {
        CompletableFuture<Kept> mine = new CompletableFuture<>();
        CompletableFuture<Kept> first = all.putIfAbsent(spec.id(), mine);
        if (first == null) {
            try {
                mine.complete(taking.get());
            } catch (RuntimeException | Error e) {
                all.remove(spec.id(), mine);
                mine.completeExceptionally(e);
                throw e;
            }
            first = mine;
        }
        Kept kept = FakeWorld.joined(first);
        if (!kept.spec().equals(spec) || !kept.checkpoint().sandbox().equals(sandbox)) {
            throw OxException.of(
                    ErrorCode.IDEMPOTENCY_KEY_REUSED,
                    "checkpoint %s exists and was asked for differently",
                    spec.id());
        }
        return kept;
    }

    Optional<Kept> find(CheckpointId id) {
        return Optional.ofNullable(all.get(id)).map(FakeWorld::joined);
    }

    Kept require(CheckpointId id) {
        return find(id).orElseThrow(() ->
                OxException.of(ErrorCode.SNAPSHOT_NOT_FOUND, "there is no checkpoint %s", id));
    }

    /** Oldest first. */
    List<Checkpoint> list() {
        List<Checkpoint> found = new ArrayList<>();
        for (CompletableFuture<Kept> taking : all.values()) {
            if (taking.isDone() && !taking.isCompletedExceptionally()) {
                found.add(taking.join().checkpoint());
            }
        }
        found.sort(Comparator.comparing(Checkpoint::createdAt).thenComparing(c -> c.id().value()));
        return found;
    }

    void delete(CheckpointId id) {
        find(id).ifPresent(kept -> {
            kept.image().remove();
            all.remove(id);
        });
    }
}
