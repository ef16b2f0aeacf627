package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes all processes of one sandbox stand still, those included that it has yet to start. */
sealed interface Freezer permits Freezer.Group, StopSignals {

    /** Freezes them and waits until all stand. A failure leaves some standing: thaw then. */
    void freeze(Deadline deadline) throws InterruptedException;

    /** Lets those go on that {@link #freeze} has stopped; a no-op if none is. */
    void thaw();

    /** The one for a sandbox as it is: by its control group, or else by signals. */
    static Freezer of(StoredSandbox sandbox, SandboxFolder folder) {
        Optional<Path> group = sandbox.groups().track().map(Path::of).filter(Group::freezes);
        return group.isPresent()
                ? new Group(group.get())
                : new StopSignals(members(sandbox, folder), folder.stopped());
    }

    /** Where no group tells who belongs to a sandbox. */
    private static Supplier<List<ProcessRef>> members(StoredSandbox sandbox, SandboxFolder folder) {
        ProcessRef holder = sandbox.holder().orElseThrow();
        // The holder itself starts nothing, and buries those who die meanwhile.
        return sandbox.walled()
                ? () ->
                        ProcessTable.inNamespaceOf(holder.pid()).stream()
                                .filter(p -> !p.equals(holder))
                                .toList()
                : () ->
                        StoredRequest.openOf(folder).stream()
                                .flatMap(r -> r.tree().stream())
                                .toList();
    }

    /**
     * By a control group of version 2: the kernel holds back all that is in it and below it. A
     * frozen process can be killed, and nobody inside can tell that it stood still.
     */
    record Group(Path path) implements Freezer {
        static boolean freezes(Path group) {
            return Files.isWritable(group.resolve("cgroup.freeze"));
        }

        @Override
        public void freeze(Deadline deadline) throws InterruptedException {
            ControlGroups.freeze(path, true);
            Waiting waiting = new Waiting();
            while (!ControlGroups.frozen(path)) {
                if (deadline.expired()) {
                    throw OxException.of(
                            ErrorCode.PROVIDER_TIMEOUT,
                            "the kernel did not freeze all processes in time");
                }
                waiting.nap(deadline);
            }
        }

        @Override
        public void thaw() {
            ControlGroups.freeze(path, false);
        }
    }
}
