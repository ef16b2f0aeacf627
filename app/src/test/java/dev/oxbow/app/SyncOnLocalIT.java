package dev.oxbow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oxbow.posix.Owner;
import dev.oxbow.posix.Posix;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sync with real walls around the sandbox, as the user of the build and as another one. */
class SyncOnLocalIT {
    private static final int SOMEBODY = 61_235;

    @Test
    void theMainWaysHoldForWhoeverRunsThis() throws Exception {
        SyncOnLocal.everyWay();
    }

    @Test
    void theMainWaysHoldForAnOrdinaryUser(@TempDir Path folder) throws Exception {
        assumeThat(Posix.isRoot()).as("only root can become somebody else").isTrue();
        run(List.of("chmod", "755", folder.toString()), folder);
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Posix.setOwner(temporary, new Owner(SOMEBODY, SOMEBODY));
        run(
                List.of(
                        "setpriv",
                        "--reuid=" + SOMEBODY,
                        "--regid=" + SOMEBODY,
                        "--clear-groups",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        readableClassPath(folder),
                        SyncOnLocal.class.getName()),
                temporary);
    }

    /** The class path of this process, copied to where anybody may read it. */
    private static String readableClassPath(Path folder) throws Exception {
        String path =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> entries = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator, -1)) {
            if (!entry.isEmpty() && Files.exists(Path.of(entry))) {
                String copy = folder.resolve(entries.size() + ".jar").toString();
                run(List.of("cp", "-r", entry, copy), folder);
                entries.add(copy);
            }
        }
        run(List.of("chmod", "-R", "a+rX", folder.toString()), folder);
        return String.join(File.pathSeparator, entries);
    }

    private static void run(List<String> argv, Path directory) throws Exception {
        Process process =
                new ProcessBuilder(argv).directory(directory.toFile()).inheritIO().start();
        assertThat(process.waitFor()).as("%s", argv.getFirst()).isZero();
    }
}
