package dev.oxbow.agents;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The agents installed on this machine, each at {@code <data>/agents/<name>/<version>/}.
 *
 * <p>A directory with a version's name is complete and has been tried: it is filled elsewhere and
 * moved there at the end. Safe for concurrent use, also by several processes.
 */
public final class AgentStore {
    /** Where {@link #root} is shown inside a sandbox. */
    public static final String INSIDE = "/opt/oxbow/agents";

    private static final String RECEIPT = "oxbow-agent.json";

    private final Path root;
    private final Npm npm;

    /**
     * A store.
     *
     * @param dataDir Oxbow's data directory; agents go below {@code agents} in it
     */
    public AgentStore(Path dataDir) {
        this(dataDir, Npm.onPath());
    }

    AgentStore(Path dataDir, Npm npm) {
        root = dataDir.toAbsolutePath().normalize().resolve("agents");
        this.npm = npm;
    }

    /** What was found to work, kept beside the agent. */
    private record Receipt(AgentName agent, String version, List<String> entry) {}

    /** The directory to be shown, read-only, in sandboxes at {@link #INSIDE}. */
    public Path root() {
        return root;
    }

    /**
     * Installs the pinned version unless it is there already; then nothing is asked of the network.
     *
     * @param name an agent that can be installed
     * @param progress told one line for people at each step
     * @param deadline for all of it
     * @throws OxException {@link ErrorCode#AGENT_NOT_INSTALLED} with the last lines of npm
     * @throws InterruptedException while waiting
     */
    public InstalledAgent install(AgentName name, Consumer<String> progress, Deadline deadline)
            throws InterruptedException {
        Optional<InstalledAgent> present = find(name);
        if (present.isPresent()) {
            return present.get();
        }
        try {
            Files.createDirectories(root);
            try (FileChannel file =
                            FileChannel.open(
                                    root.resolve(".lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    FileLock _ = lock(file, progress, deadline)) {
                present = find(name);
                return present.isPresent() ? present.get() : fill(name, progress, deadline);
            }
        } catch (IOException e) {
            throw failed(name, "cannot write to " + root + ": " + e.getMessage()).causedBy(e);
        }
    }

    /** What is installed, also in versions that are no longer wanted; by name and version. */
    public List<InstalledAgent> installed() {
        List<InstalledAgent> found = new ArrayList<>();
        for (AgentName name : AgentName.values()) {
            Path versions = root.resolve(name.wire());
            if (!Files.isDirectory(versions)) {
                continue;
            }
            try (Stream<Path> each = Files.list(versions)) {
                each.sorted().flatMap(dir -> read(name, dir).stream()).forEach(found::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    /** The pinned version of an agent, if it is installed. */
    public Optional<InstalledAgent> find(AgentName name) {
        return name.installable() ? read(name, home(name)) : Optional.empty();
    }

    /**
     * The pinned version of an agent.
     *
     * @throws OxException {@link ErrorCode#AGENT_NOT_INSTALLED}
     */
    public InstalledAgent resolve(AgentName name) {
        return find(name)
                .orElseThrow(() ->
                        OxException.of(
                                        ErrorCode.AGENT_NOT_INSTALLED,
                                        "%s %s is not installed",
                                        name,
                                        AgentCatalog.pin(name).version())
                                .suggest("Run: ox agents install %s", name));
    }

    private Path home(AgentName name) {
        return root.resolve(name.wire()).resolve(AgentCatalog.pin(name).version());
    }

    private static Optional<InstalledAgent> read(AgentName name, Path dir) {
        Path receipt = dir.resolve(RECEIPT);
        if (!Files.isRegularFile(receipt)) {
            return Optional.empty();
        }
        try {
            Receipt read = Json.read(Files.readString(receipt), Receipt.class);
            if (read.entry().stream().anyMatch(part -> !Files.isReadable(dir.resolve(part)))) {
                return Optional.empty();
            }
            String inside = INSIDE + "/" + name.wire() + "/" + dir.getFileName();
            return Optional.of(
                    new InstalledAgent(
                            name,
                            read.version(),
                            dir,
                            inside,
                            read.entry().stream().map(part -> inside + "/" + part).toList()));
        } catch (Json.MalformedJson | IOException _) {
            // A receipt that cannot be read proves nothing: the agent counts as not installed.
            return Optional.empty();
        }
    }

    private InstalledAgent fill(AgentName name, Consumer<String> progress, Deadline deadline)
            throws IOException, InterruptedException {
        AgentCatalog.Pin pin = AgentCatalog.pin(name);
        Path staging = Files.createTempDirectory(root, ".staging-");
        try {
            progress.accept("installing " + pin.spec() + " by npm");
            npm.install(staging, AgentCatalog.packages(name), deadline)
                    .ifPresent(output -> {
                        throw failed(name, "npm could not install " + pin.spec())
                                .with("output", output)
                                .suggest("npm said: %s", lastLines(output));
                    });
            progress.accept("trying " + name + " " + pin.version());
            List<String> entry = tried(name, pin.version(), staging, deadline);
            Files.writeString(
                    staging.resolve(RECEIPT),
                    Json.writePretty(new Receipt(name, pin.version(), entry)));
            makeReadable(staging);
            Path home = home(name);
            Path versions = root.resolve(name.wire());
            Files.createDirectories(versions);
            readable(root);
            readable(versions);
            delete(home);
            Files.move(staging, home, StandardCopyOption.ATOMIC_MOVE);
            progress.accept("installed " + name + " " + pin.version());
            return resolve(name);
        } finally {
            delete(staging);
        }
    }

    /** The first entry that says it is the wanted version: npm's exit code proves nothing. */
    private static List<String> tried(
            AgentName name, String version, Path staging, Deadline deadline)
            throws IOException, InterruptedException {
        List<String> answers = new ArrayList<>();
        for (List<String> patterns : AgentCatalog.entries(name)) {
            List<String> parts =
                    patterns.stream().flatMap(part -> match(staging, part).stream()).toList();
            if (parts.size() < patterns.size()) {
                continue;
            }
            List<String> argv =
                    new ArrayList<>(
                            parts.stream().map(part -> staging.resolve(part).toString()).toList());
            argv.add("--version");
            String answer = Npm.version(argv, staging.resolve(".try"), deadline);
            if (Arrays.asList(answer.split("[^0-9A-Za-z.+-]+", -1)).contains(version)) {
                return parts;
            }
            answers.add(answer.isBlank() ? "nothing" : answer.strip());
        }
        throw failed(
                name,
                answers.isEmpty()
                        ? "npm brought no program for this machine"
                        : "version " + version + " was asked for, but it says " + answers);
    }

    /** Resolves the one star that a pattern may hold. */
    private static Optional<String> match(Path base, String pattern) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return Files.isRegularFile(base.resolve(pattern))
                    ? Optional.of(pattern)
                    : Optional.empty();
        }
        Path dir = base.resolve(pattern.substring(0, star));
        if (!Files.isDirectory(dir)) {
            return Optional.empty();
        }
        try (Stream<Path> names = Files.list(dir)) {
            return names.map(n -> pattern.replace("*", n.getFileName().toString()))
                    .filter(path -> Files.isRegularFile(base.resolve(path)))
                    .sorted()
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileLock lock(FileChannel file, Consumer<String> progress, Deadline deadline)
            throws IOException, InterruptedException {
        boolean told = false;
        while (true) {
            try {
                FileLock lock = file.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException _) {
                // Another thread of this process installs: the same as another process.
            }
            if (deadline.expired()) {
                throw OxException.of(
                        ErrorCode.AGENT_NOT_INSTALLED,
                        "another installation did not finish in time");
            }
            if (!told) {
                progress.accept("waiting for another installation");
                told = true;
            }
            Thread.sleep(Duration.ofMillis(50));
        }
    }

    /** Sandboxes run under other users: everything must be readable whatever our umask was. */
    private static void makeReadable(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                readable(path);
            }
        }
    }

    private static void readable(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return;
        }
        Set<PosixFilePermission> mode = EnumSet.copyOf(Files.getPosixFilePermissions(path));
        boolean enter = Files.isDirectory(path) || mode.contains(PosixFilePermission.OWNER_EXECUTE);
        if (mode.addAll(PosixFilePermissions.fromString(enter ? "r-xr-xr-x" : "r--r--r--"))) {
            Files.setPosixFilePermissions(path, mode);
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }

    private static OxException failed(AgentName name, String why) {
        return OxException.of(ErrorCode.AGENT_NOT_INSTALLED, "%s: %s", name, why);
    }

    private static String lastLines(String output) {
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }
}
