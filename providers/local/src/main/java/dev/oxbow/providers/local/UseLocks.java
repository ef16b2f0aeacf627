package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.LockFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Says of one sandbox who is about to start something in it, and who has its files open outside:
 * many may at a time, and neither while its layers are exchanged. Taken after the sandbox's own
 * lock by whoever has both.
 *
 * @param folder of the sandbox
 * @param patience how long to wait for the others
 */
record UseLocks(SandboxFolder folder, Duration patience) {

    /** Held while something is started. */
    LockFile starting() {
        return waiting(() -> LockFile.tryShare(starts()), "its layers are being exchanged");
    }

    /** Held while nothing may be started: layers are exchanged, or all is made to stand still. */
    LockFile notStarting() {
        return waiting(() -> LockFile.tryHold(starts()), "something is being started in it");
    }

    /** Held while files are open outside. */
    LockFile viewing() {
        return waiting(() -> LockFile.tryShare(views()), "its layers are being exchanged");
    }

    /** Held while nobody may open files outside; empty if somebody has some open. */
    Optional<LockFile> notViewing() {
        return LockFile.tryHold(views());
    }

    /** Held while some of its layers are being joined; empty if somebody does so now. */
    Optional<LockFile> joining() {
        return LockFile.tryHold(folder.path().resolve("joining.lock"));
    }

    /** As {@link #joining}, after whoever does so now. */
    LockFile joiningNext() {
        return waiting(this::joining, "its layers are being joined");
    }

    private Path starts() {
        return folder.path().resolve("starts.lock");
    }

    private Path views() {
        return folder.path().resolve("views.lock");
    }

    private LockFile waiting(Supplier<Optional<LockFile>> attempt, String why) {
        Deadline deadline = Deadline.in(patience);
        long nap = 50_000;
        while (true) {
            Optional<LockFile> held = attempt.get();
            if (held.isPresent()) {
                return held.get();
            }
            if (deadline.expired()) {
                throw OxException.of(
                        ErrorCode.PROVIDER_TIMEOUT,
                        "sandbox %s cannot be used: %s",
                        folder.path().getFileName(),
                        why);
            }
            LockSupport.parkNanos(nap);
            nap = Math.min(nap * 2, 2_000_000);
        }
    }
}
