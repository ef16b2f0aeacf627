package dev.oxbow.providers.local;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.LockFile;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Rollback;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes sandboxes back to their checkpoints. */
final class Rollbacks {
    private final Site site;
    private final Lifecycle lifecycle;
    private final Checkpoints checkpoints;
    private final Layering layering;

    Rollbacks(Site site, Lifecycle lifecycle, Checkpoints checkpoints, Layering layering) {
        this.site = site;
        this.lifecycle = lifecycle;
        this.checkpoints = checkpoints;
        this.layering = layering;
    }

    Rollback rollback(SandboxId id, CheckpointId to) {
        layering.support().require(Capability.ROLLBACK_INPLACE);
        LayerStore store = layering.store();
        SandboxFolder folder = site.folder(id);
        try (LockFile _ = site.locks().hold(id)) {
            StoredSandbox found = Lifecycle.existing(folder, id);
            LayerStack before = checkpoints.settled(found, folder);
            check(store.require(to), found, before);
            // What is to end must be able to.
            Parking.thaw(found, folder);
            StoredSandbox s = Lifecycle.existing(folder, id);
            int incarnation = s.incarnation() + 1;
            UseLocks use = new UseLocks(folder, site.config().patience());
            List<ProcessId> ended;
            LayerStack after;
            try (LockFile _ = use.notStarting()) {
                ended = running(folder);
                try (LockFile _ = store.giving()) {
                    // Once more: it may have been deleted meanwhile, and from here on it cannot be
                    // taken for garbage.
                    StoredCheckpoint target = store.require(to);
                    after = before.rolledBack(id, to, target.layers(), incarnation);
                    folder.write(after);
                }
                layering.crash().at(CrashPoint.ROLLBACK_BEGUN);
                if (s.held() && ended.isEmpty() && quiet(s)) {
                    inPlace(s, folder, after, incarnation);
                } else {
                    lifecycle.restart(s, folder, incarnation);
                }
                layering.crash().at(CrashPoint.ROLLBACK_STARTED);
                after = after.settled(Optional.of(to)).remounted();
                folder.write(after);
            }
            lifecycle.dropPlain(folder);
            layering.garbage().leave(before, after.needed());
            return new Rollback(to, incarnation, ended);
        }
    }

    private static void check(StoredCheckpoint target, StoredSandbox s, LayerStack stack) {
        if (!target.sandbox().equals(s.id()) && !stack.from().equals(Optional.of(target.id()))) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "checkpoint %s is not of sandbox %s and not what it was forked from",
                            target.id(),
                            s.id())
                    .suggest("Make a sandbox from it: 'ox fork %s'.", target.id());
        }
    }

    private List<ProcessId> running(SandboxFolder folder) {
        List<LocalProcess> all = new ArrayList<>();
        all.addAll(Commands.processes(site, folder, () -> {}).list());
        all.addAll(Commands.terminals(site, folder, () -> {}).list());
        return all.stream().filter(p -> p.exit().isEmpty()).map(LocalProcess::id).toList();
    }

    /** Whether nothing is left of what ran: no process, and no memory that outlives processes. */
    private static boolean quiet(StoredSandbox s) {
        return Inside.holderIsAlone(s.holder().orElseThrow().pid())
                && Inside.holdsNothing(s.holder().orElseThrow().pid());
    }

    private void inPlace(StoredSandbox s, SandboxFolder folder, LayerStack after, int incarnation) {
        lifecycle.layered(s, folder, after);
        layering.crash().at(CrashPoint.ROLLBACK_LAYERED);
        layering.mounts().attachAnew(s, after);
        SocatRelay.closeAll(folder);
        s.again(incarnation).write(folder.record());
    }
}
