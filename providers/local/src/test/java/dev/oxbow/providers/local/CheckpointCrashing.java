package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Sandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that takes a checkpoint or rolls back, and is killed on the way. */
final class CheckpointCrashing {
    private CheckpointCrashing() {}

    /** Has another process work on layers and die there; fails if it does not come to that. */
    static void die(
            Path data, SandboxId sandbox, CheckpointId checkpoint, String what, CrashPoint where)
            throws IOException, InterruptedException {
        String path =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                path,
                                CheckpointCrashing.class.getName(),
                                data.toString(),
                                sandbox.value(),
                                checkpoint.value(),
                                what,
                                where.name())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(said).isEqualTo(137);
    }

    /** Data folder, sandbox, checkpoint, "take", "rollback" or "join", and where to die. */
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
        switch (args[3]) {
            case "take" -> System.out.println(sandbox.checkpoint(CheckpointSpec.of(checkpoint)));
            case "rollback" -> System.out.println(sandbox.rollback(checkpoint));
            case "join" -> provider.join(sandbox.id());
            default -> throw new IllegalArgumentException(args[3]);
        }
    }
}
