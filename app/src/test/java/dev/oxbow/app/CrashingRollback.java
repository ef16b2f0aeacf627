package dev.oxbow.app;

import dev.oxbow.engine.CheckpointOrigin;
import dev.oxbow.engine.CheckpointView;
import dev.oxbow.engine.CrashPoint;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A process that rolls a sandbox back to before its first run and is killed at one point of it. */
public final class CrashingRollback {
    private CrashingRollback() {}

    /** Data directory, worktree, point, script. Halts without any clean-up. */
    public static void main(String[] args) throws InterruptedException {
        CrashPoint at = CrashPoint.valueOf(args[2]);
        Path worktree = Path.of(args[1]);
        AtomicBoolean armed = new AtomicBoolean();
        Engine engine =
                Oxbow.at(Path.of(args[0]))
                        .steps(point -> {
                            if (armed.get() && point == at) {
                                Runtime.getRuntime().halt(137);
                            }
                        })
                        .open();
        RunRequest request =
                RunRequest.of(worktree, "").command(List.of("/bin/sh", "-c", args[3])).build();
        var _ = engine.await(engine.start(request).getFirst());
        CheckpointView start =
                engine.timeline().checkpoints(Optional.of(worktree)).stream()
                        .filter(each -> each.origin() == CheckpointOrigin.BEFORE_RUN)
                        .findFirst()
                        .orElseThrow();
        armed.set(true);
        var _ = engine.timeline().rollback(start.id(), Optional.empty());
        Runtime.getRuntime().halt(0);
    }
}
