package dev.oxbow.cli;

import dev.oxbow.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Print the version.")
final class VersionCommand extends OxCommand {
    VersionCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        if (options().json()) {
            surroundings()
                    .out()
                    .print(
                            Json.writePretty(
                                    new TreeMap<>(
                                            Map.of(
                                                    "version",
                                                    number(),
                                                    "java",
                                                    Runtime.version().toString(),
                                                    "platform",
                                                    platform()))));
        } else {
            print(line());
        }
        return OK;
    }

    /** What {@code ox --version} prints. */
    static String line() {
        return "ox " + number() + " (" + platform() + ", Java " + Runtime.version().feature() + ")";
    }

    private static String platform() {
        return System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT)
                + "-"
                + System.getProperty("os.arch");
    }

    static String number() {
        Properties properties = new Properties();
        try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown").replace("-SNAPSHOT", "-dev");
    }
}
