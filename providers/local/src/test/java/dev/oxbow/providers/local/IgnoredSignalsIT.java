package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script's {@code ox run … &}, nohup and CI start ox with Ctrl-C ignored. */
class IgnoredSignalsIT {

    @Test
    void commandsAndTerminalsHearSignalsThatOxWasStartedToIgnore(@TempDir Path folder)
            throws Exception {
        Needs.theTools();
        Path log = folder.resolve("log");
        List<String> words =
                List.of(
                        "sh",
                        "-c",
                        "trap '' INT QUIT HUP TERM USR1; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        RunTests.class.getName(),
                        UnderIgnoredSignals.class.getName());
        Process child =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        int code = child.waitFor();
        assertThat(code).as(() -> read(log)).isZero();
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
