package dev.oxbow.environment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Facts about this machine and the user.
 *
 * @param platform operating system, such as {@code linux}
 * @param arch processor, such as {@code amd64}
 * @param distribution name and version of the system, for people
 * @param kernel its version
 * @param root whether this process acts as root
 * @param packageManager what installs packages here
 * @param java version of the Java that runs this
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({
    "platform",
    "arch",
    "distribution",
    "kernel",
    "root",
    "package_manager",
    "java"
})
public record Host(
        String platform,
        String arch,
        String distribution,
        String kernel,
        boolean root,
        @JsonProperty("package_manager") Optional<PackageInstaller> packageManager,
        String java) {

    /** This machine, as seen with that environment. Reads a few files; starts nothing. */
    public static Host examine(Map<String, String> environment) {
        return new Host(
                System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT),
                System.getProperty("os.arch", "unknown"),
                distribution(Path.of("/etc/os-release")),
                System.getProperty("os.version", "unknown"),
                isRoot(Path.of("/proc/self")),
                PackageInstaller.on(SearchPath.of(environment)),
                Runtime.version().toString());
    }

    /**
     * The line to type that installs those tools here, with {@code sudo} where it is needed; empty
     * if no package manager is known.
     */
    public Optional<String> installLine(Iterable<Tool> tools) {
        return packageManager.map(
                manager -> manager.installLine(Tool.packages(tools, manager), root));
    }

    static String distribution(Path osRelease) {
        try {
            return Files.readAllLines(osRelease, StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("PRETTY_NAME="))
                    .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", "").strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException absent) {
            return "unknown";
        }
    }

    /** The kernel gives the folder of a process to the user it acts as. */
    private static boolean isRoot(Path self) {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
        } catch (IOException | UnsupportedOperationException unknown) {
            return "root".equals(System.getProperty("user.name"));
        }
    }
}
