package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.posix.Owner;
import dev.oxbow.posix.Posix;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the build runs as root: the kit and the walls once more, as a user without any right. */
class OrdinaryUserIT {
    private static final int SOMEBODY = 61_234;

    @Test
    void theKitAndTheWallsHoldForAnOrdinaryUser(@TempDir Path folder) throws Exception {
        Needs.theTools();
        Needs.root();
        open(folder);
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Posix.setOwner(temporary, new Owner(SOMEBODY, SOMEBODY));
        Path log = folder.resolve("log");
        Process child =
                new ProcessBuilder(
                                "setpriv",
                                "--reuid=" + SOMEBODY,
                                "--regid=" + SOMEBODY,
                                "--clear-groups",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx1g",
                                "-Djava.io.tmpdir=" + temporary,
                                "-cp",
                                readableClassPath(folder),
                                RunTests.class.getName(),
                                LocalKitTest.class.getName(),
                                ProcessTierTest.class.getName(),
                                WallsIT.class.getName(),
                                BornInGroupsIT.class.getName(),
                                JoiningModelIT.class.getName(),
                                AttacksIT.class.getName())
                        .directory(temporary.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        int code = child.waitFor();
        assertThat(code).as(() -> read(log)).isZero();
    }

    private static String read(Path log) {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The class path of this process, copied to where anybody may read it. */
    private static String readableClassPath(Path folder) throws IOException {
        Path copies = Files.createDirectory(folder.resolve("classes"));
        open(copies);
        String path =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> entries = new ArrayList<>();
        int n = 0;
        for (String entry : path.split(File.pathSeparator, -1)) {
            Path source = Path.of(entry);
            if (!entry.isEmpty() && Files.exists(source)) {
                Path copy = copies.resolve(n++ + "-" + source.getFileName());
                copy(source, copy);
                entries.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void copy(Path source, Path copy) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            for (Path from : all.toList()) {
                Path to = copy.resolve(source.relativize(from).toString());
                Path target = from.equals(source) ? copy : to;
                Files.copy(from, target, StandardCopyOption.REPLACE_EXISTING);
                open(target);
            }
        }
    }

    private static void open(Path path) throws IOException {
        Files.setPosixFilePermissions(
                path,
                PosixFilePermissions.fromString(
                        Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--"));
    }
}
