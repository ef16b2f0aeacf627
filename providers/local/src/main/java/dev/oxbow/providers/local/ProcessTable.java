package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.BootTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What {@code /proc} says of the host's processes. A process that is gone reads as absent. */
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");

    private ProcessTable() {}

    /** Names the running boot of the machine; differs after every restart. */
    static String bootId() {
        return BootTime.running().orElse("unknown");
    }

    /** The process with that number, if one lives now; zombies do not count. */
    static Optional<ProcessRef> find(long pid) {
        return stat(pid)
                .filter(fields -> !fields[0].equals("Z") && !fields[0].equals("X"))
                .map(fields -> new ProcessRef(pid, Long.parseLong(fields[19])));
    }

    static boolean alive(ProcessRef process) {
        return find(process.pid()).filter(process::equals).isPresent();
    }

    /** Fields of {@code stat} from the third on; the second may hold any character. */
    private static Optional<String[]> stat(long pid) {
        return read(pid + "/stat").flatMap(ProcessTable::fieldsOfStat);
    }

    static Optional<String[]> fieldsOfStat(String text) {
        String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length < 20 ? Optional.empty() : Optional.of(fields);
    }

    /** Reads the line that a shell copied from its own {@code stat}. */
    static Optional<ProcessRef> parseStat(String text) {
        int space = text.indexOf(' ');
        return space < 1
                ? Optional.empty()
                : fieldsOfStat(text)
                        .map(fields ->
                                new ProcessRef(
                                        Long.parseLong(text.substring(0, space)),
                                        Long.parseLong(fields[19])));
    }

    /** A file of {@code /proc}, such as {@code 1/status}. */
    static Optional<String> read(String name) {
        try {
            return Optional.of(
                    new String(
                            Files.readAllBytes(PROC.resolve(name)), StandardCharsets.ISO_8859_1));
        } catch (IOException goneOrHidden) {
            return Optional.empty();
        }
    }

    /** The value of a line of {@code status}, such as {@code Seccomp}. */
    static Optional<String> status(long pid, String key) {
        return read(pid + "/status").flatMap(text -> valueOf(text, key));
    }

    static Optional<String> valueOf(String status, String key) {
        return status.lines()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst();
    }

    /** Whether the process lives in a process namespace below ours. */
    static boolean inside(long pid) {
        return status(pid, "NSpid").filter(v -> v.contains("\t")).isPresent();
    }

    /** Whether it is stopped by a signal, or at its end: it makes no child. */
    static boolean stopped(long pid) {
        return stat(pid).filter(f -> !Set.of("T", "t", "Z", "X").contains(f[0])).isEmpty();
    }

    /**
     * All living processes in the process namespace of that one, itself included, which must be of
     * the same user.
     *
     * @throws OxException {@code PROVIDER_UNAVAILABLE} if that cannot be told of one
     */
    static List<ProcessRef> inNamespaceOf(long member) {
        Optional<Path> wanted = namespace(member, "pid");
        Optional<String> user = status(member, "Uid");
        List<ProcessRef> found = new ArrayList<>();
        for (long pid : all()) {
            if (wanted.isPresent()
                    && inside(pid)
                    && status(pid, "Uid").equals(user)
                    && namespace(pid, "pid").equals(wanted)) {
                find(pid).ifPresent(found::add);
            }
        }
        return found;
    }

    /**
     * All living processes in the network of that one which are in no process namespace below ours;
     * none if that network is our own. A process that we may not look into is left out: it is not
     * one that we have put there.
     */
    static List<ProcessRef> outsideInNetworkOf(long member) {
        Optional<Path> wanted = namespace(member, "net");
        long self = ProcessHandle.current().pid();
        if (wanted.isEmpty() || namespace(self, "net").equals(wanted)) {
            return List.of();
        }
        List<ProcessRef> found = new ArrayList<>();
        for (long pid : all()) {
            if (namespaceIfSeen(pid, "net").equals(wanted) && !inside(pid)) {
                find(pid).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<Path> namespaceIfSeen(long pid, String kind) {
        try {
            return Optional.of(Files.readSymbolicLink(PROC.resolve(pid + "/ns/" + kind)));
        } catch (IOException goneOrNotOurs) {
            return Optional.empty();
        }
    }

    /** Names a namespace; empty if the process is gone. */
    private static Optional<Path> namespace(long pid, String kind) {
        try {
            return Optional.of(Files.readSymbolicLink(PROC.resolve(pid + "/ns/" + kind)));
        } catch (IOException e) {
            if (find(pid).isEmpty()) {
                return Optional.empty();
            }
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "it cannot be told whether process %d is in the sandbox",
                            pid)
                    .causedBy(e);
        }
    }

    /** The same processes in an order in which a child comes after its parent. */
    static List<Long> parentsFirst(List<Long> pids) {
        return withDescendants(pids).stream().filter(Set.copyOf(pids)::contains).toList();
    }

    /** All process numbers of the host. */
    static List<Long> all() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path name : names) {
                pids.add(Long.parseLong(name.getFileName().toString()));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return pids;
    }

    /** Those and all that descend from them, parents first. */
    static Set<Long> withDescendants(List<Long> roots) {
        Map<Long, List<Long>> children = new HashMap<>();
        for (long pid : all()) {
            stat(pid)
                    .ifPresent(fields ->
                            children.computeIfAbsent(
                                            Long.parseLong(fields[1]), _ -> new ArrayList<>())
                                    .add(pid));
        }
        Set<Long> found = new LinkedHashSet<>();
        Deque<Long> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            long pid = open.removeFirst();
            if (found.add(pid)) {
                open.addAll(children.getOrDefault(pid, List.of()));
            }
        }
        return found;
    }

    /** Whether a process of one of those process groups lives. */
    static boolean anyInGroups(Collection<Long> groups) {
        return all().stream()
                .flatMap(pid -> stat(pid).stream())
                .filter(fields -> !fields[0].equals("Z") && !fields[0].equals("X"))
                .anyMatch(fields -> groups.contains(Long.parseLong(fields[2])));
    }

    /** Processes whose command line holds the text. */
    static List<Long> withArgument(String text) {
        return all().stream()
                .filter(pid ->
                        read(pid + "/cmdline").filter(line -> line.contains(text)).isPresent())
                .toList();
    }

    /** Processes that carry the mark of {@link SupervisorRequest}. */
    static List<Long> marked(long markBytes) {
        return all().stream()
                .filter(pid -> read(pid + "/limits").filter(t -> hasMark(t, markBytes)).isPresent())
                .toList();
    }

    private static boolean hasMark(String limits, long markBytes) {
        return limits.lines()
                .filter(line -> line.startsWith("Max resident set"))
                .anyMatch(line -> line.contains(" " + markBytes + " "));
    }
}
