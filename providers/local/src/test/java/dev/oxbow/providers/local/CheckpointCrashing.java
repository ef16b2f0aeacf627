package dev.oxbow.providers.local;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Sandbox;
import java.nio.file.Path;

/** A process that takes a checkpoint or rolls back, and is killed on the way. */
final class CheckpointCrashing {
    private CheckpointCrashing() {}

    /** Data folder, sandbox, checkpoint, "take" or "rollback", and where to die. */
    public static void main(String[] args) {
        CrashPoint where = CrashPoint.valueOf(args[4]);
        CrashPoint.Listener killer =
                point -> {
                    if (point == where) {
                        boolean unusedMe = Posix.kill(ProcessHandle.current().pid(), 9);
                    }
                };
        LocalProvider provider = new LocalProvider(LocalConfig.of(Path.of(args[0])), killer);
        Sandbox sandbox = provider.get(new SandboxId(args[1])).orElseThrow();
        CheckpointId checkpoint = new CheckpointId(args[2]);
        if (args[3].equals("take")) {
            System.out.println(sandbox.checkpoint(CheckpointSpec.of(checkpoint)));
        } else {
            System.out.println(sandbox.rollback(checkpoint));
        }
    }
}
