package dev.oxbow.providers.local;

import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.SandboxState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Lets go on what somebody who died has left standing still. */
final class Freezing {
    private static final int CONTINUE = 18;

    private Freezing() {}

    static void thaw(StoredSandbox sandbox) {
        if (!sandbox.held() || sandbox.state() == SandboxState.PAUSED) {
            return;
        }
        if (sandbox.groups().track().isPresent()) {
            Path file = Path.of(sandbox.groups().track().get(), "cgroup.freeze");
            try {
                Files.writeString(file, "0");
                return;
            } catch (IOException cannotFreezeEither) {
                // Then it was stopped by signals.
            }
        }
        // Commands are no children of the holder. They go on children first: see StopSignals.
        List<Long> inside =
                ProcessTable.inNamespaceOf(sandbox.holder().orElseThrow().pid()).stream()
                        .map(ProcessRef::pid)
                        .toList();
        for (long pid : ProcessTable.parentsFirst(inside).reversed()) {
            boolean unusedGone = Posix.kill(pid, CONTINUE);
        }
    }
}
