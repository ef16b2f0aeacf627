package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.LockFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps the changes of one sandbox apart, between threads and between processes.
 *
 * <p>A fixed number of lock files serve all sandboxes: a file per sandbox could not be removed
 * without a race. Holders take one at a time, so sharing cannot block for ever. The kernel frees a
 * lock when its process dies.
 */
final class FolderLocks {
    private static final int FILES = 1024;

    private final Path folder;
    private final Duration patience;

    FolderLocks(Path folder, Duration patience) {
        this.folder = folder;
        this.patience = patience;
    }

    /** Whether somebody holds the lock of that sandbox, or of one that shares it. */
    boolean isHeld(SandboxId id) {
        Optional<LockFile> free = LockFile.tryHold(file(id));
        free.ifPresent(LockFile::close);
        return free.isEmpty();
    }

    private Path file(SandboxId id) {
        return folder.resolve("%04d".formatted(Math.floorMod(id.hashCode(), FILES)));
    }

    LockFile hold(SandboxId id) {
        Deadline deadline = Deadline.in(patience.multipliedBy(3));
        long nap = 50_000;
        while (true) {
            Optional<LockFile> held = LockFile.tryHold(file(id));
            if (held.isPresent()) {
                return held.get();
            }
            if (deadline.expired()) {
                throw OxException.of(
                                ErrorCode.PROVIDER_TIMEOUT,
                                "sandbox %s is being changed by another process for %d s",
                                id,
                                patience.multipliedBy(3).toSeconds())
                        .with("sandboxId", id.value());
            }
            LockSupport.parkNanos(nap);
            nap = Math.min(nap * 2, 2_000_000);
        }
    }
}
