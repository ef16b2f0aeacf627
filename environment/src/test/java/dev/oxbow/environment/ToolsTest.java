package dev.oxbow.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolsTest {
    @TempDir Path temp;

    private static Host host(boolean root, Optional<PackageInstaller> manager) {
        return new Host("linux", "amd64", "Test", "6", root, manager, "25");
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(temp.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Check check(Tools tools, String name) {
        return tools.examine().checks().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Tools tools(Host host) {
        return new Tools(host, Map.of("PATH", "relative:" + temp + ":/no/such/folder"));
    }

    @Test
    void reportsTheVersionOfWhatIsThere() throws IOException {
        program("git", "echo 'git version 2.39.5 (Apple Git-154)'");
        program("node", "echo v20.19.2");
        program("bwrap", "echo nothing useful >&2; exit 3");
        Tools tools = tools(host(true, Optional.of(PackageInstaller.APT)));
        assertThat(check(tools, "git").message()).isEqualTo("2.39.5");
        assertThat(check(tools, "node").message()).isEqualTo("v20.19.2");
        assertThat(check(tools, "bwrap").message()).isEqualTo(temp.resolve("bwrap").toString());
        assertThat(check(tools, "bwrap").status()).isEqualTo(Check.Status.PASSED);
    }

    @Test
    void saysHowToGetWhatIsMissingOnThisSystem() {
        Tools asRoot = tools(host(true, Optional.of(PackageInstaller.APT)));
        assertThat(check(asRoot, "socat").detail())
                .isEqualTo("Install it: apt-get install -y socat");
        assertThat(check(asRoot, "socat").status()).isEqualTo(Check.Status.FAILED);
        assertThat(check(asRoot, "npm").status()).isEqualTo(Check.Status.WARNING);
        Tools asUser = tools(host(false, Optional.of(PackageInstaller.PACMAN)));
        assertThat(check(asUser, "bwrap").detail())
                .isEqualTo("Install it: sudo pacman -S --noconfirm bubblewrap");
        assertThat(asUser.missing()).contains(Tool.GIT);
        Tools unknown = tools(host(false, Optional.empty()));
        assertThat(check(unknown, "git").detail()).contains("'git'");
    }

    @Test
    void installsEachPackageOnce() {
        Host host = host(true, Optional.of(PackageInstaller.DNF));
        assertThat(host.installLine(List.of(Tool.SETSID, Tool.NSENTER, Tool.GIT)))
                .contains("dnf install -y git util-linux");
    }

    @Test
    void knowsThisMachine() {
        Host host = Host.examine(System.getenv());
        assertThat(host.platform()).isEqualTo("linux");
        assertThat(host.kernel()).isNotBlank();
        assertThat(host.root()).isEqualTo("root".equals(System.getProperty("user.name")));
    }
}
