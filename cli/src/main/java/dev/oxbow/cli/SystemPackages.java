package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.environment.Host;
import dev.oxbow.environment.PackageInstaller;
import dev.oxbow.environment.Tool;
import dev.oxbow.environment.Tools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Brings the programs of the system that Oxbow needs, by the system's own packages. */
final class SystemPackages {
    private static final long INSTALL_MINUTES = 15;
    private static final int SHOWN_LINES = 15;

    private final Host host;
    private final Tools tools;

    /** Looks at this machine with the programs that an environment finds. */
    SystemPackages(Map<String, String> environment) {
        this(Host.examine(environment), new Tools(Host.examine(environment), environment));
    }

    SystemPackages(Host host, Tools tools) {
        this.host = host;
        this.tools = tools;
    }

    /**
     * Installs what is missing; names it first.
     *
     * @param say told what is done, before it is done
     * @return the packages installed, none if all was there
     * @throws OxException {@code PROVIDER_NOT_CONFIGURED} without root, with the exact command;
     *     also if the package manager fails
     */
    List<String> install(Consumer<String> say) throws InterruptedException {
        List<Tool> missing = tools.missing();
        if (missing.isEmpty()) {
            return List.of();
        }
        String programs = String.join(", ", missing.stream().map(Tool::executable).toList());
        PackageInstaller manager =
                host.packageManager()
                        .orElseThrow(() ->
                                OxException.of(
                                                ErrorCode.PROVIDER_NOT_CONFIGURED,
                                                "programs are missing: %s",
                                                programs)
                                        .suggest(
                                                "Install them by hand; no package manager"
                                                        + " is known here."));
        List<String> packages =
                missing.stream()
                        .map(tool -> tool.packageName(manager))
                        .distinct()
                        .sorted()
                        .toList();
        String command = command(manager, packages);
        if (!host.root()) {
            throw OxException.of(
                            ErrorCode.PROVIDER_NOT_CONFIGURED, "programs are missing: %s", programs)
                    .suggest("Install them: %s", rooted(command));
        }
        say.accept("installs packages: " + String.join(" ", packages));
        say.accept("  " + command);
        List<String> output = new ArrayList<>();
        if (run(command, output) != 0 || !tools.missing().isEmpty()) {
            output.subList(Math.max(0, output.size() - SHOWN_LINES), output.size())
                    .forEach(line -> say.accept("  " + SafeText.line(line, 200)));
            throw OxException.of(
                            ErrorCode.PROVIDER_NOT_CONFIGURED,
                            "packages could not be installed: %s",
                            String.join(", ", packages))
                    .suggest("Look at the lines above, then run it yourself: %s", command);
        }
        return packages;
    }

    /** Debian's lists of packages may be missing or old; the others refresh theirs. */
    private static String command(PackageInstaller manager, List<String> packages) {
        String install = manager.installLine(packages, true);
        return manager == PackageInstaller.APT
                ? "apt-get update -qq && "
                        + install.replace("install -y", "install -y --no-install-recommends")
                : install;
    }

    private static String rooted(String command) {
        return command.contains("&&") ? "sudo sh -c '" + command + "'" : "sudo " + command;
    }

    private static int run(String command, List<String> output) throws InterruptedException {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            Process process = builder.start();
            process.getOutputStream().close();
            try (var reader = process.inputReader()) {
                reader.lines().forEach(output::add);
            }
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return -1;
            }
            return process.exitValue();
        } catch (IOException e) {
            output.add(String.valueOf(e.getMessage()));
            return -1;
        }
    }
}
