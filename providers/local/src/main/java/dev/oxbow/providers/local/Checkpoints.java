package dev.oxbow.providers.local;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.LockFile;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Garbage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes checkpoints of sandboxes and finishes what somebody has begun.
 *
 * <p>Where nothing runs in the sandbox, what it has written becomes a frozen layer and an empty one
 * is put on top: a matter of a few mounts. Where something runs, whose open files would be left
 * below, all stands still while what has changed is copied into a layer beside.
 */
final class Checkpoints {
    private final Site site;
    private final Lifecycle lifecycle;
    private final LayerStore store;
    private final LayerMounts mounts;
    private final LayerSupport support;
    private final LayerGarbage garbage;
    private final LayerJoining joining;
    private final CrashPoint.Listener crash;

    Checkpoints(Site site, Lifecycle lifecycle, Layering layering) {
        this.site = site;
        this.lifecycle = lifecycle;
        this.store = layering.store();
        this.mounts = layering.mounts();
        this.support = layering.support();
        this.garbage = layering.garbage();
        this.joining = layering.joining();
        this.crash = layering.crash();
    }

    /** Finishes what a process that died has begun with the files of a sandbox. */
    void settle(SandboxId id) {
        SandboxFolder folder = site.folder(id);
        if (folder.stack().change().isEmpty()) {
            return;
        }
        try (LockFile _ = site.locks().hold(id)) {
            StoredSandbox.read(folder.record()).ifPresent(s -> settled(s, folder));
        }
    }

    /** As {@link #settle}, for the holder of the lock; gives the stack as it then is. */
    LayerStack settled(StoredSandbox s, SandboxFolder folder) {
        LayerStack stack = folder.stack();
        if (stack.change().isEmpty()) {
            return stack;
        }
        LayerStack.Change change = stack.change().get();
        switch (change.step()) {
            case SWAP -> {
                lifecycle.layered(s, folder, stack);
                if (s.held()) {
                    mounts.attach(s, stack);
                }
            }
            case FREEZE -> Freezing.thaw(s);
            case ROLLBACK -> lifecycle.restart(s, folder, change.incarnation());
        }
        boolean taken = store.checkpoint(change.checkpoint()).isPresent();
        LayerStack done = stack.settled(taken ? Optional.of(change.checkpoint()) : stack.base());
        if (change.step() != LayerStack.Step.FREEZE) {
            done = done.remounted();
        }
        folder.write(done);
        List<String> left = new ArrayList<>(dropped(stack, done));
        stack.filled(s.id()).ifPresent(left::add);
        garbage.sweep(left);
        return done;
    }

    /** Layers that were only there because they were still mounted. */
    private static List<String> dropped(LayerStack before, LayerStack after) {
        return before.mounted().stream().filter(name -> !after.all().contains(name)).toList();
    }

    Checkpoint take(SandboxId id, CheckpointSpec spec) {
        support.require(Capability.SNAPSHOT_FS);
        joining.makeRoom(id);
        Checkpoint taken = taken(id, spec);
        joining.joinLater(id);
        return taken;
    }

    private Checkpoint taken(SandboxId id, CheckpointSpec spec) {
        SandboxFolder folder = site.folder(id);
        try (LockFile _ = site.locks().hold(id)) {
            StoredSandbox s = Lifecycle.existing(folder, id);
            Optional<StoredCheckpoint> known = store.checkpoint(spec.id());
            if (known.isPresent()) {
                return again(known.get(), spec, id);
            }
            LayerStack before = settled(s, folder);
            UseLocks use = new UseLocks(folder, site.config().patience());
            try (LockFile _ = use.notStarting()) {
                Optional<LockFile> alone = use.notViewing();
                try {
                    LayerStack after =
                            alone.isPresent() && idle(s, folder)
                                    ? swap(s, folder, before, spec.id())
                                    : copy(s, folder, before, spec.id());
                    Checkpoint taken = written(s, folder, after, spec);
                    garbage.sweep(dropped(before, after));
                    return taken;
                } finally {
                    alone.ifPresent(LockFile::close);
                }
            }
        }
    }

    private static Checkpoint again(StoredCheckpoint known, CheckpointSpec spec, SandboxId id) {
        if (!known.takenFrom(spec, id)) {
            throw OxException.of(
                            ErrorCode.IDEMPOTENCY_KEY_REUSED,
                            "checkpoint %s exists and was asked for differently",
                            spec.id())
                    .with("checkpointId", spec.id().value());
        }
        return known.shown(Optional.empty());
    }

    /** Whether nothing is in the sandbox that could have one of its files open. */
    private boolean idle(StoredSandbox s, SandboxFolder folder) {
        return !s.held()
                || (!Commands.processes(site, folder, () -> {}).anyRunning()
                        && !Commands.terminals(site, folder, () -> {}).anyRunning()
                        && Inside.holderIsAlone(s.holder().orElseThrow().pid()));
    }

    private LayerStack swap(
            StoredSandbox s, SandboxFolder folder, LayerStack before, CheckpointId id) {
        if (before.upper().filter(store::empty).isPresent() && before.deltas().isEmpty()) {
            // Nothing was written since the last one: it is the same state.
            return before;
        }
        LayerStack after = before.swapped(s.id(), id, s.incarnation());
        folder.write(after);
        crash.at(CrashPoint.SWAP_BEGUN);
        boolean undone = true;
        try {
            lifecycle.layered(s, folder, after);
            crash.at(CrashPoint.SWAP_LAYERED);
            if (s.held()) {
                mounts.attach(s, after);
            }
            crash.at(CrashPoint.SWAP_ATTACHED);
            undone = false;
        } catch (OxException e) {
            // It may yet be mounted: then whoever comes next goes on from here, and not back.
            undone = e.admitted() != OxException.Admitted.UNKNOWN;
            throw e;
        } finally {
            if (undone) {
                undo(s, folder, before, after);
            }
        }
        return after.remounted();
    }

    /** Puts back what was before a swap that did not succeed. */
    private void undo(StoredSandbox s, SandboxFolder folder, LayerStack before, LayerStack after) {
        if (before.plain()) {
            store.release(after.lowers().getFirst(), folder.files());
        } else if (s.held()) {
            mounts.attach(s, before);
        }
        folder.write(before);
        garbage.sweep(after.all());
    }

    private LayerStack copy(
            StoredSandbox s, SandboxFolder folder, LayerStack before, CheckpointId id) {
        LayerStack begun = before.freezing(id, s.incarnation());
        folder.write(begun);
        crash.at(CrashPoint.COPY_BEGUN);
        String fresh = begun.fresh(s.id());
        LayerStack kept = begun;
        boolean goesOn = true;
        try {
            Path top = before.upper().map(store::layer).orElse(folder.path());
            store.make(fresh, s.uid(), Optional.empty());
            long changes =
                    mounts.delta(
                            s,
                            top,
                            store.layer(fresh),
                            before.deltas().stream().findFirst().map(store::index),
                            store.index(fresh));
            kept = changes == 0 && !before.frozen().isEmpty() ? begun : begun.changed(fresh);
            crash.at(CrashPoint.COPY_MADE);
            return kept;
        } catch (OxException e) {
            if (e.admitted() == OxException.Admitted.UNKNOWN) {
                // Who made all stand still did not come to let it go on.
                goesOn = false;
                Freezing.thaw(s);
                goesOn = true;
            }
            throw e;
        } finally {
            if (kept.equals(begun)) {
                store.discard(fresh);
                if (goesOn) {
                    folder.write(begun.settled(before.base()));
                }
            }
        }
    }

    private Checkpoint written(
            StoredSandbox s, SandboxFolder folder, LayerStack stack, CheckpointSpec spec) {
        Optional<CheckpointId> parent = stack.base().filter(base -> !base.equals(spec.id()));
        List<String> own = new ArrayList<>(stack.frozen());
        parent.flatMap(store::checkpoint).ifPresent(p -> own.removeIf(p::has));
        StoredCheckpoint made =
                new StoredCheckpoint(
                        spec.id(),
                        s.id(),
                        parent,
                        Instant.now(),
                        spec.name(),
                        stack.frozen(),
                        own,
                        List.of(),
                        Optional.empty());
        boolean first = store.create(made);
        crash.at(CrashPoint.CHECKPOINT_WRITTEN);
        folder.write(stack.settled(first ? Optional.of(spec.id()) : stack.base()));
        // Somebody may have taken the id for another sandbox at the same time.
        return first ? made.shown(Optional.empty()) : again(store.require(spec.id()), spec, s.id());
    }

    Optional<Checkpoint> find(CheckpointId id) {
        support.require(Capability.SNAPSHOT_FS);
        return store.checkpoint(id).map(this::counted);
    }

    List<Checkpoint> all() {
        support.require(Capability.SNAPSHOT_FS);
        return store.checkpoints().stream().map(this::counted).toList();
    }

    List<Checkpoint> of(SandboxId id) {
        support.require(Capability.SNAPSHOT_FS);
        StoredSandbox unusedMustExist = Lifecycle.existing(site.folder(id), id);
        return store.checkpoints().stream()
                .filter(c -> c.sandbox().equals(id))
                .map(this::counted)
                .toList();
    }

    private Checkpoint counted(StoredCheckpoint checkpoint) {
        return checkpoint.shown(
                Optional.of(checkpoint.bytes().orElseGet(() -> store.bytes(checkpoint.own()))));
    }

    void delete(CheckpointId id) {
        support.require(Capability.SNAPSHOT_FS);
        Optional<StoredCheckpoint> known;
        // Or who joins its layers at this moment would write it down once more.
        try (LockFile _ = store.deciding()) {
            known = readable(id);
            store.forget(id);
        }
        known.ifPresent(checkpoint -> garbage.sweep(checkpoint.layers()));
    }

    /** One that cannot be read can still be deleted; what it needed is found as garbage then. */
    private Optional<StoredCheckpoint> readable(CheckpointId id) {
        try {
            return store.checkpoint(id);
        } catch (OxException e) {
            if (e.code() != ErrorCode.STORE_UNREADABLE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    List<Garbage> collect(boolean dryRun) {
        return garbage.collect(dryRun);
    }
}
