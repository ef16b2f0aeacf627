package dev.oxbow.environment;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out what can be done here. For each capability the first that speaks wins: its own
 * variable, {@code OX_EPHEMERAL}, what is known of the platform, a look at the machine. What the
 * machine cannot do stays undone whatever they say. Has no side effects.
 */
final class Probe {
    static final String PERSIST_DISK = "OX_PERSIST_DISK";
    static final String NO_DAEMON = "OX_NO_DAEMON";
    static final String BROWSER = "OX_BROWSER";
    static final String NETWORK = "OX_NETWORK";
    static final String EPHEMERAL = "OX_EPHEMERAL";
    static final String USER_CONFIG = "user-config";

    private static final List<String> SWITCHES =
            List.of(PERSIST_DISK, NO_DAEMON, BROWSER, EPHEMERAL);
    private static final List<String> PROXIES = List.of("HTTPS_PROXY", "ALL_PROXY");

    private final Surroundings at;
    private final Map<String, String> variables;
    private final Platform.Found found;
    private final StateFolders folders;

    private Probe(Surroundings at) {
        this.at = at;
        this.variables = at.variables();
        this.found = Platform.in(variables);
        this.folders = new StateFolders(variables);
    }

    static Capabilities look(Surroundings at) {
        return new Probe(at).capabilities();
    }

    private Capabilities capabilities() {
        Answer<Boolean> disk = persistDisk();
        Answer<Lifetime> lifetime = lifetime(disk);
        return new Capabilities(
                found.platform(),
                disk,
                longLivedHelper(disk, lifetime),
                browser(),
                network(),
                lifetime,
                unknownWords());
    }

    /** Empty if nothing says so; else the rule that does. */
    private Optional<String> ephemeral() {
        if (Word.of(EPHEMERAL, variables).orElse(false)) {
            return Optional.of(EPHEMERAL);
        }
        return at.ephemeralByUser() ? Optional.of(USER_CONFIG) : Optional.empty();
    }

    private Answer<Boolean> persistDisk() {
        Optional<String> lack = folders.lasting().flatMap(this::lack).or(this::homeless);
        Answer<Boolean> said = saidOfDisk();
        if (!said.value() || lack.isEmpty()) {
            return said;
        }
        String ignored =
                said.source() == Answer.Source.OVERRIDE ? " (" + PERSIST_DISK + "=1 ignored)" : "";
        return Answer.physical(false, lack.get() + ignored);
    }

    private Optional<String> homeless() {
        return folders.lasting().isPresent() ? Optional.empty() : Optional.of("HOME is not set");
    }

    private Optional<String> lack(Path folder) {
        boolean possible = !at.disk().isBlocked(folder) && at.disk().isWritable(folder);
        return possible ? Optional.empty() : Optional.of("not writable");
    }

    private Answer<Boolean> saidOfDisk() {
        Optional<Boolean> own = Word.of(PERSIST_DISK, variables);
        if (own.isPresent()) {
            return Answer.override(own.get(), PERSIST_DISK);
        }
        Optional<String> ephemeral = ephemeral();
        if (ephemeral.isPresent()) {
            return new Answer<>(false, Answer.Source.EPHEMERAL, ephemeral.get(), "");
        }
        return switch (found.platform().disk()) {
            case YES -> Answer.platform(true, found.rule());
            case NO -> Answer.platform(false, found.rule());
            case PROBED, AS_DISK -> probedDisk();
        };
    }

    private Answer<Boolean> probedDisk() {
        Optional<Path> folder = folders.lasting();
        String type = folder.map(at.disk()::type).orElse("unknown");
        return Disk.IN_MEMORY.contains(type)
                ? Answer.probe(false, folder.orElseThrow() + " is in memory (" + type + ")")
                : Answer.probe(true, folder.map(Path::toString).orElse(""));
    }

    private Answer<Boolean> longLivedHelper(Answer<Boolean> disk, Answer<Lifetime> lifetime) {
        Answer<Boolean> said = saidOfHelper(disk, lifetime);
        Path state = folders.state(disk.value());
        if (!said.value() || lack(state).isEmpty()) {
            return said;
        }
        String ignored =
                said.source() == Answer.Source.OVERRIDE ? " (" + NO_DAEMON + "=0 ignored)" : "";
        return Answer.physical(false, "no folder for its state is writable" + ignored);
    }

    private Answer<Boolean> saidOfHelper(Answer<Boolean> disk, Answer<Lifetime> lifetime) {
        Optional<Boolean> not = Word.of(NO_DAEMON, variables);
        if (not.isPresent()) {
            return Answer.override(!not.get(), NO_DAEMON);
        }
        Optional<String> ephemeral = ephemeral();
        if (ephemeral.isPresent()) {
            return new Answer<>(false, Answer.Source.EPHEMERAL, ephemeral.get(), "");
        }
        return switch (found.platform().helper()) {
            case YES -> Answer.platform(true, found.rule());
            case NO -> Answer.platform(false, found.rule());
            case AS_DISK -> new Answer<>(disk.value(), disk.source(), disk.rule(), "as the disk");
            case PROBED ->
                    Answer.probe(
                            lifetime.value() != Lifetime.MINUTES,
                            "lifetime " + lifetime.value().wire());
        };
    }

    private Answer<Boolean> browser() {
        Optional<Boolean> own = Word.of(BROWSER, variables);
        if (own.isPresent()) {
            return Answer.override(own.get(), BROWSER);
        }
        boolean terminal = at.stdinTerminal() && at.stdoutTerminal();
        if (found.platform() == Platform.CODESPACES) {
            // Its terminals name a program that opens pages on the user's side.
            return terminal && isSet("BROWSER")
                    ? Answer.platform(true, "BROWSER")
                    : Answer.platform(false, found.rule());
        }
        if (found.platform() != Platform.LOCAL) {
            return Answer.platform(false, found.rule());
        }
        if (!terminal) {
            return Answer.probe(false, "no terminal");
        }
        return opens() ? Answer.probe(true, "") : Answer.probe(false, "nothing opens pages here");
    }

    private boolean opens() {
        boolean shown = isSet("DISPLAY") || isSet("BROWSER");
        if (at.system().contains("linux")) {
            return shown || isSet("WAYLAND_DISPLAY") || isSet("WSL_DISTRO_NAME");
        }
        boolean remote = isSet("SSH_CONNECTION") || isSet("SSH_TTY") || isSet("SSH_CLIENT");
        return !remote || shown;
    }

    private Answer<Network> network() {
        Optional<Network> own = namedNetwork();
        if (own.isPresent()) {
            return Answer.override(own.get(), NETWORK);
        }
        if (found.platform() != Platform.LOCAL) {
            return Answer.platform(found.platform().network(), found.rule());
        }
        Optional<String> proxy =
                PROXIES.stream()
                        .flatMap(name -> Stream.of(name, name.toLowerCase(Locale.ROOT)))
                        .filter(this::isSet)
                        .findFirst();
        return proxy.isPresent()
                ? Answer.probe(Network.PROXIED, proxy.get())
                : Answer.probe(Network.OPEN, "");
    }

    private Optional<Network> namedNetwork() {
        String word = Word.plain(variables.getOrDefault(NETWORK, ""));
        return Arrays.stream(Network.values()).filter(n -> n.wire().equals(word)).findFirst();
    }

    private Answer<Lifetime> lifetime(Answer<Boolean> disk) {
        Platform platform = found.platform();
        if (platform == Platform.GITHUB_ACTIONS_SELF_HOSTED) {
            return Answer.platform(
                    disk.value() ? Lifetime.PERSISTENT : Lifetime.MINUTES, found.rule());
        }
        if (platform != Platform.LOCAL) {
            return Answer.platform(platform.lifetime(), found.rule());
        }
        return ephemeral()
                .map(rule -> new Answer<>(Lifetime.MINUTES, Answer.Source.EPHEMERAL, rule, ""))
                .orElseGet(() -> Answer.probe(Lifetime.PERSISTENT, ""));
    }

    private List<String> unknownWords() {
        Stream<String> switches = SWITCHES.stream().filter(n -> Word.isUnknown(n, variables));
        boolean network = isSet(NETWORK) && namedNetwork().isEmpty();
        return Stream.concat(switches, network ? Stream.of(NETWORK) : Stream.empty()).toList();
    }

    private boolean isSet(String name) {
        return !variables.getOrDefault(name, "").isBlank();
    }
}
