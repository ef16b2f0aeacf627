package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * What a test could leave behind in this process and on this machine: platform threads, child
 * processes, mounts, temporary files, sockets and pipes, and the residue that the provider names.
 */
final class MachineState {
    /** Threads that the Java runtime and the test runner start when they like. */
    private static final Pattern RUNTIME_THREADS =
            Pattern.compile(
                    "process reaper.*|ForkJoinPool.*|VirtualThread-.*|Common-Cleaner|Cleaner-.*"
                            + "|Attach Listener|awaitility.*|Thread-.*|main|surefire.*|ping-.*"
                            + "|.*-pidfd-reaper|[A-Za-z-]*Poller.*"
                            + "|Signal Dispatcher|Finalizer|Reference Handler|Notification Thread"
                            + "|junit-.*");

    private static final Pattern OURS = Pattern.compile("oxbow|sbx_|prc_");

    private final Set<String> things;

    private MachineState(Set<String> things) {
        this.things = things;
    }

    static MachineState nothing() {
        return new MachineState(Set.of());
    }

    static MachineState now(ProviderUnderTest subject) {
        Set<String> things = new TreeSet<>();
        things.addAll(threads());
        ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .forEach(child -> things.add(child(child)));
        things.addAll(mounts());
        things.addAll(temporaryFiles());
        things.addAll(descriptors());
        subject.residue().forEach(line -> things.add("residue " + line));
        return new MachineState(things);
    }

    /** In words that stay the same as long as it lives. */
    private static String child(ProcessHandle child) {
        ProcessHandle.Info info = child.info();
        return "child process %d, started %s: %s"
                .formatted(
                        child.pid(),
                        info.startInstant().map(Object::toString).orElse("?"),
                        info.commandLine().or(info::command).orElse("?").strip());
    }

    private static Set<String> threads() {
        Set<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.isAlive() && !RUNTIME_THREADS.matcher(thread.getName()).matches()) {
                names.add("thread " + thread.getName() + " #" + thread.threadId());
            }
        }
        return names;
    }

    /** Others mount too, engines of containers above all: only what carries our name counts. */
    private static Set<String> mounts() {
        Path table = Path.of("/proc/self/mounts");
        if (!Files.exists(table)) {
            return Set.of();
        }
        try {
            return Files.readAllLines(table).stream()
                    .map(line -> "mount " + line.split(" ", -1)[1])
                    .filter(mount -> OURS.matcher(mount).find())
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> temporaryFiles() {
        // Others use the folder too: only what carries our name counts.
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(
                        Path.of(System.getProperty("java.io.tmpdir")), "*{oxbow,sbx_,prc_}*")) {
            all.forEach(path -> names.add("temporary file " + path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    /** Sockets and pipes have no stable names: they are counted by kind. */
    private static Set<String> descriptors() {
        Path folder = Path.of("/proc/self/fd");
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        Map<String, Integer> counts = new TreeMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path link : all) {
                kind(link).ifPresent(kind -> counts.merge(kind, 1, Integer::sum));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counts.entrySet().stream()
                .map(e -> "descriptors " + e.getKey() + " × " + e.getValue())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Optional<String> kind(Path link) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            int colon = target.indexOf(':');
            // The runtime opens event descriptors of its own when it likes.
            return target.startsWith("socket:") || target.startsWith("pipe:")
                    ? Optional.of(target.substring(0, colon))
                    : Optional.empty();
        } catch (IOException closedMeanwhile) {
            return Optional.empty();
        }
    }

    /** Expects that within some time nothing is there that was not there before. */
    static void assertNothingLeft(MachineState before, Supplier<MachineState> now) {
        Awaitility.await("nothing left behind")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .pollDelay(Duration.ZERO)
                .untilAsserted(() -> assertThat(now.get().newSince(before)).isEmpty());
    }

    private Set<String> newSince(MachineState before) {
        Set<String> fresh = new TreeSet<>(things);
        fresh.removeAll(before.things);
        fresh.removeIf(line -> line.startsWith("descriptors") && !more(line, before.things));
        return fresh;
    }

    /** Fewer descriptors than before are no leak. */
    private static boolean more(String line, Set<String> before) {
        String kind = line.substring(0, line.indexOf('×'));
        int count = Integer.parseInt(line.substring(line.indexOf('×') + 2));
        return before.stream()
                .filter(other -> other.startsWith(kind))
                .allMatch(
                        other -> Integer.parseInt(other.substring(other.indexOf('×') + 2)) < count);
    }
}
