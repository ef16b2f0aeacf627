package dev.oxbow.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.engine.CrashPoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Another process that works on a repository until it is killed at one of its steps. */
final class Killed {
    private Killed() {}

    /** Waits until it is dead; fails if it does not come to that step. */
    static void at(CrashPoint point, Class<?> program, Repository repository, String script)
            throws Exception {
        Path log = repository.folder.resolve("killed.log");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                program.getName(),
                                repository.data().toString(),
                                repository.worktree.toString(),
                                point.name(),
                                script)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(137);
    }
}
