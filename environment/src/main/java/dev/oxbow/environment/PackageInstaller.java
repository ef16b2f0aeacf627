package dev.oxbow.environment;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Programs that install packages, in the order in which they are looked for. */
public enum PackageInstaller {
    /** Debian, Ubuntu and their kin. */
    APT("apt-get", "install", "-y"),
    /** Fedora, Red Hat and their kin. */
    DNF("dnf", "install", "-y"),
    /** Arch and its kin. */
    PACMAN("pacman", "-S", "--noconfirm"),
    /** Alpine. */
    APK("apk", "add"),
    /** SUSE. */
    ZYPPER("zypper", "--non-interactive", "install");

    private final String executable;
    private final String arguments;

    PackageInstaller(String executable, String... arguments) {
        this.executable = executable;
        this.arguments = String.join(" ", arguments);
    }

    /** The word in JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that this search path has. */
    static Optional<PackageInstaller> on(SearchPath path) {
        for (PackageInstaller manager : values()) {
            if (path.find(manager.executable).isPresent()) {
                return Optional.of(manager);
            }
        }
        return Optional.empty();
    }

    /** The command, as words, that installs those packages; to be run as root. */
    public List<String> install(Collection<String> packages) {
        List<String> words = new ArrayList<>();
        words.add(executable);
        words.addAll(List.of(arguments.split(" ")));
        words.addAll(packages.stream().sorted().distinct().toList());
        return words;
    }

    /** The same as a line to type, with {@code sudo} in front if the user is not root. */
    public String installLine(Collection<String> packages, boolean root) {
        return (root ? "" : "sudo ") + String.join(" ", install(packages));
    }
}
