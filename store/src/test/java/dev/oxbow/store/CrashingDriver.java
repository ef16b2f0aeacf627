package dev.oxbow.store;

import dev.oxbow.base.RunId;
import dev.oxbow.engine.CrashPoint;
import dev.oxbow.engine.Engine;

import java.nio.file.Path;

/** A process that starts a run and is killed at one point of it. */
public final class CrashingDriver {
    private CrashingDriver() {}

    /**
     * Folder of the installation, point, script. Prints the run's id; halts without any clean-up.
     */
    public static void main(String[] args) throws Exception {
        CrashPoint at = CrashPoint.valueOf(args[1]);
        Installation installation = new Installation(Path.of(args[0]));
        Engine engine =
                installation.engine(point -> {
                    if (point == at) {
                        Runtime.getRuntime().halt(137);
                    }
                });
        RunId run = engine.start(installation.script(args[2]).build()).getFirst();
        engine.await(run);
        Runtime.getRuntime().halt(0);
    }
}
