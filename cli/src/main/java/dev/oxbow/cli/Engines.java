package dev.oxbow.cli;

import dev.oxbow.app.DataRoot;
import dev.oxbow.app.Oxbow;
import dev.oxbow.engine.Engine;
import dev.oxbow.posix.Posix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens the engine of this machine. */
final class Engines {
    private Engines() {}

    static Engine open(Map<String, String> environment) {
        return Oxbow.at(dataRoot(environment)).environment(environment).drivers(driver()).open();
    }

    /** Where Oxbow keeps its data. */
    static Path dataRoot(Map<String, String> environment) {
        // The property of Java does not follow the variable.
        String home =
                Optional.ofNullable(environment.get("HOME"))
                        .filter(value -> value.startsWith("/"))
                        .orElse(System.getProperty("user.home"));
        return DataRoot.of(environment, Posix.isRoot(), Path.of(home));
    }

    /** The words that start this very program again, to look after a run. */
    private static List<String> driver() {
        String classPath = System.getProperty("java.class.path");
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xlog:disable",
                        "-Xlog:all=error:stderr",
                        "-XX:-UsePerfData",
                        "-Xmx1g",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dfile.encoding=UTF-8",
                        "-Dsun.jnu.encoding=UTF-8"));
        if (classPath.endsWith("/ox.jar")) {
            // Installed: what the launcher hands to the command is there for this one, too.
            Path folder = Path.of(classPath).resolveSibling("");
            Path cache = folder.resolve("ox.aot");
            if (Files.exists(cache)) {
                words.add("-XX:AOTCache=" + cache);
            }
            words.add("-Dorg.sqlite.lib.path=" + folder);
        }
        words.addAll(List.of("-cp", classPath, Main.class.getName(), "drive"));
        return words;
    }
}
