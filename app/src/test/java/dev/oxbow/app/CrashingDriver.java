package dev.oxbow.app;

import dev.oxbow.base.RunId;
import dev.oxbow.engine.CrashPoint;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunRequest;
import java.nio.file.Path;
import java.util.List;

/** A process that starts a run and is killed at one point of it. */
public final class CrashingDriver {
    private CrashingDriver() {}

    /** Data directory, worktree, point, script. Halts without any clean-up. */
    public static void main(String[] args) throws InterruptedException {
        CrashPoint at = CrashPoint.valueOf(args[2]);
        Engine engine =
                Oxbow.at(Path.of(args[0]))
                        .steps(point -> {
                            if (point == at) {
                                Runtime.getRuntime().halt(137);
                            }
                        })
                        .open();
        RunRequest request =
                RunRequest.of(Path.of(args[1]), "")
                        .command(List.of("/bin/sh", "-c", args[3]))
                        .build();
        RunId run = engine.start(request).getFirst();
        var _ = engine.await(run);
        Runtime.getRuntime().halt(0);
    }
}
