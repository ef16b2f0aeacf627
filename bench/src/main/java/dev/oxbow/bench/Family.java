package dev.oxbow.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The processes that belong to a folder or to a process, as {@code /proc} shows them. */
final class Family {
    private static final Path PROC = Path.of("/proc");

    private Family() {}

    /**
     * All that name the folder in their arguments, or are in a control group of that name, and all
     * that descend from those or from that process, which is left out itself.
     */
    static Set<Long> of(Path folder, String group, ProcessHandle parent) {
        List<Long> all = ProcessHandle.allProcesses().map(ProcessHandle::pid).toList();
        Map<Long, List<Long>> children = new HashMap<>();
        Deque<Long> open = new ArrayDeque<>(List.of(parent.pid()));
        for (long pid : all) {
            children.computeIfAbsent(parentOf(pid), _ -> new ArrayList<>()).add(pid);
            if (pid != ProcessHandle.current().pid()
                    && (read(pid, "cmdline").contains(folder.toString())
                            || read(pid, "cgroup").contains(group))) {
                open.add(pid);
            }
        }
        Set<Long> members = new LinkedHashSet<>();
        while (!open.isEmpty()) {
            long pid = open.remove();
            if (members.add(pid)) {
                open.addAll(children.getOrDefault(pid, List.of()));
            }
        }
        members.remove(parent.pid());
        return members;
    }

    private static long parentOf(long pid) {
        String stat = read(pid, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length < 2 ? 0 : Long.parseLong(fields[1]);
    }

    /** Memory of these, what they share with others counted in parts, in bytes. */
    static long proportionalBytes(Set<Long> pids) {
        return pids.stream().mapToLong(pid -> kilobytes(pid, "smaps_rollup", "Pss:")).sum() * 1024;
    }

    /** Resident memory of one, in bytes. */
    static long residentBytes(long pid) {
        return kilobytes(pid, "status", "VmRSS:") * 1024;
    }

    /** Memory that the machine could still give, in bytes. */
    static long availableBytes() throws IOException {
        return number(Files.readString(PROC.resolve("meminfo")), "MemAvailable:") * 1024;
    }

    /** Entries of a folder of the process, such as {@code fd} or {@code task}; 0 if it is gone. */
    static long count(long pid, String folder) {
        try (var entries = Files.list(PROC.resolve(pid + "/" + folder))) {
            return entries.count();
        } catch (IOException gone) {
            return 0;
        }
    }

    /** Lines of a file of the process that hold the text. */
    static long lines(long pid, String file, String text) {
        return read(pid, file).lines().filter(line -> line.contains(text)).count();
    }

    private static long kilobytes(long pid, String file, String key) {
        return number(read(pid, file), key);
    }

    private static long number(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key))
                .findFirst()
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .orElse(0L);
    }

    /** A file of a process; empty if that is gone. */
    private static String read(long pid, String file) {
        try {
            return new String(
                    Files.readAllBytes(PROC.resolve(pid + "/" + file)),
                    StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
