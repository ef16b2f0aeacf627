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
        long holder = sandbox.holder().orElseThrow().pid();
        for (long pid : ProcessTable.withDescendants(List.of(holder))) {
            boolean unusedGone = Posix.kill(pid, CONTINUE);
        }
    }
}
