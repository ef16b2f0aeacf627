package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.LockFile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Joins frozen layers of a sandbox where there are too many of them: each costs a look for every
 * name, and the kernel mounts 500 at most. Those that lie at the bottom become one, or those that
 * hold what the upper layer held, whichever are more. A standing sandbox goes on showing the old
 * ones until its files are mounted the next time, and checkpoints between the old ones keep them.
 *
 * <p>Whoever joins holds a lock of the sandbox for that, so that a layer half made is told from one
 * that is being made. Safe for concurrent use.
 */
final class LayerJoining implements AutoCloseable {
    /** How long {@link #close} waits for what goes on in the background. */
    private static final Duration AT_THE_END = Duration.ofSeconds(10);

    /** Beyond this a checkpoint cannot be taken if joining fails. */
    private static final int MOST = 490;

    private final Site site;
    private final LayerStore store;
    private final LayerMounts mounts;
    private final LayerGarbage garbage;
    private final Limits limits;
    private final CrashPoint.Listener crash;
    private final Set<Thread> working = ConcurrentHashMap.newKeySet();

    /**
     * When layers are joined.
     *
     * @param many beyond this many in the background
     * @param tooMany from this many on before one more is made
     */
    record Limits(int many, int tooMany) {
        static final Limits USUAL = new Limits(100, 300);
    }

    LayerJoining(
            Site site,
            LayerStore store,
            LayerMounts mounts,
            LayerGarbage garbage,
            Limits limits,
            CrashPoint.Listener crash) {
        this.site = site;
        this.store = store;
        this.mounts = mounts;
        this.garbage = garbage;
        this.limits = limits;
        this.crash = crash;
    }

    private int layers(SandboxId id) {
        return site.folder(id).stack().frozen().size();
    }

    /** Joins in the background if there are many; returns at once. */
    void joinLater(SandboxId id) {
        if (layers(id) <= limits.many()) {
            return;
        }
        Thread joiner =
                Thread.ofPlatform()
                        .name("oxbow-joining-" + id)
                        .daemon()
                        .unstarted(() -> {
                            try {
                                join(id);
                            } catch (OxException later) {
                                // All is as it was; whoever takes the next checkpoint tries again.
                            } finally {
                                working.remove(Thread.currentThread());
                            }
                        });
        working.add(joiner);
        joiner.start();
    }

    /** Joins, and waits for it, if there are too many for one more; the caller holds no lock. */
    void makeRoom(SandboxId id) {
        if (layers(id) < limits.tooMany()) {
            return;
        }
        SandboxFolder folder = site.folder(id);
        try (LockFile _ = new UseLocks(folder, site.config().patience()).joiningNext()) {
            if (layers(id) >= limits.tooMany()) {
                joinAlone(id, folder);
            }
        } catch (OxException later) {
            if (layers(id) >= MOST) {
                throw later;
            }
        }
    }

    /** Joins layers of a sandbox as they are now, unless somebody does so already. */
    void join(SandboxId id) {
        SandboxFolder folder = site.folder(id);
        Optional<LockFile> alone = new UseLocks(folder, site.config().patience()).joining();
        if (alone.isPresent()) {
            try (LockFile _ = alone.get()) {
                joinAlone(id, folder);
            }
        }
    }

    private void joinAlone(SandboxId id, SandboxFolder folder) {
        Optional<Begun> begun = begin(id, folder);
        if (begun.isEmpty()) {
            return;
        }
        JoinedLayer joined = begun.get().joined();
        crash.at(CrashPoint.JOINING_BEGUN);
        try {
            make(begun.get());
            crash.at(CrashPoint.JOINING_MADE);
            finish(id, folder, joined);
        } finally {
            giveUp(id, folder, joined.name());
        }
        crash.at(CrashPoint.JOINING_WRITTEN);
        garbage.sweep(joined.layers());
    }

    /** Lets nobody wait for a layer any more; a no-op if it took its place. */
    private void giveUp(SandboxId id, SandboxFolder folder, String name) {
        try (LockFile _ = site.locks().hold(id)) {
            LayerStack stack = folder.stack();
            if (stack.joining().equals(Optional.of(name))) {
                folder.write(stack.notJoining());
            }
        }
        garbage.sweep(List.of(name));
    }

    /**
     * What was begun.
     *
     * @param joined the layer to be made
     * @param deltas whether those it is made of hold what the upper layer held
     * @param uid who is to own what is in it
     */
    private record Begun(JoinedLayer joined, boolean deltas, Optional<Integer> uid) {}

    private Optional<Begun> begin(SandboxId id, SandboxFolder folder) {
        Optional<String> abandoned;
        Optional<Begun> begun = Optional.empty();
        try (LockFile _ = site.locks().hold(id)) {
            Optional<StoredSandbox> s = StoredSandbox.read(folder.record());
            LayerStack stack = folder.stack();
            boolean deltas = stack.deltas().size() > stack.lowers().size();
            boolean bottom = !deltas || stack.lowers().isEmpty();
            List<String> layers = deltas ? stack.deltas() : stack.lowers();
            if (s.isEmpty() || layers.size() < 2) {
                return Optional.empty();
            }
            abandoned = stack.joining();
            LayerStack named = stack.joining(id);
            folder.write(named);
            begun =
                    Optional.of(
                            new Begun(
                                    new JoinedLayer(named.fresh(id), layers, bottom),
                                    deltas,
                                    s.get().uid()));
        }
        // By somebody who died; unless he came so far that somebody stands on it.
        garbage.sweep(abandoned.stream().toList());
        return begun;
    }

    private void make(Begun begun) {
        JoinedLayer joined = begun.joined();
        Optional<Integer> uid = begun.uid();
        store.make(joined.name(), uid, Optional.empty());
        mounts.join(
                store.layer(joined.name()),
                joined.layers().stream().map(store::layer).toList(),
                uid,
                joined.bottom());
        if (begun.deltas()) {
            store.copyIndex(joined.layers().getFirst(), joined.name());
        }
    }

    /** Lets all stand on it that stood on those it was made of: checkpoints, then the sandbox. */
    private void finish(SandboxId id, SandboxFolder folder, JoinedLayer joined) {
        try (LockFile _ = site.locks().hold(id);
                LockFile _ = store.deciding()) {
            LayerStack stack = folder.stack();
            if (!stack.joining().equals(Optional.of(joined.name()))) {
                // The sandbox was destroyed meanwhile, and the layer with it.
                return;
            }
            for (StoredCheckpoint each : store.checkpoints()) {
                if (joined.replacesSomeOf(each.layers())) {
                    store.replace(
                            each.joined(
                                    joined, each.bytes().orElseGet(() -> store.bytes(each.own()))));
                }
            }
            crash.at(CrashPoint.JOINING_SHARED);
            folder.write(stack.joined(joined));
        }
    }

    /** Waits a while for what goes on in the background; what then is not done is left. */
    @Override
    public void close() {
        Deadline deadline = Deadline.in(AT_THE_END);
        try {
            for (Thread each : working) {
                boolean unusedDone = each.join(deadline.remaining());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
