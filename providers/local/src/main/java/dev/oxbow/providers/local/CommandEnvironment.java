package dev.oxbow.providers.local;

import dev.oxbow.sandbox.ProcessSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How the environment of a command reaches it. What the programs that enter the sandbox would
 * themselves obey is set only inside, by {@code env}: {@code LD_PRELOAD} names a file of the
 * sandbox, and must not load the host's file of that name into a process that stands outside.
 *
 * @param exported variables that are set before entering
 * @param command the words to run inside
 */
record CommandEnvironment(Map<String, String> exported, List<String> command) {
    /** Obeyed by the C library of every program. */
    private static final Set<String> LIBRARY =
            Set.of(
                    "GCONV_PATH",
                    "GETCONF_DIR",
                    "GLIBC_TUNABLES",
                    "HOSTALIASES",
                    "LOCALDOMAIN",
                    "LOCPATH",
                    "NIS_PATH",
                    "NLSPATH",
                    "RESOLV_HOST_CONF",
                    "RES_OPTIONS",
                    "TZDIR");

    /** Kept by shells for themselves; to set one ends some of them. */
    private static final Set<String> SHELL =
            Set.of(
                    "BASHOPTS",
                    "BASH_VERSINFO",
                    "EUID",
                    "LINENO",
                    "OPTIND",
                    "PPID",
                    "SHELLOPTS",
                    "UID");

    CommandEnvironment {
        exported = new TreeMap<>(exported);
        command = List.copyOf(command);
    }

    static CommandEnvironment of(ProcessSpec spec) {
        Map<String, String> outside = new TreeMap<>();
        Map<String, String> inside = new TreeMap<>();
        spec.env().forEach((name, value) -> (onlyInside(name) ? inside : outside).put(name, value));
        if (inside.isEmpty()) {
            return new CommandEnvironment(outside, spec.argv());
        }
        List<String> words = new ArrayList<>(List.of("/usr/bin/env", "--"));
        inside.forEach((name, value) -> words.add(name + "=" + value));
        if (spec.argv().getFirst().contains("=")) {
            // env would take it for one more variable.
            words.addAll(List.of("/bin/sh", "-c", "exec \"$@\"", "sh"));
        }
        words.addAll(spec.argv());
        return new CommandEnvironment(outside, words);
    }

    private static boolean onlyInside(String name) {
        return name.startsWith("LD_")
                || name.startsWith("MALLOC_")
                || LIBRARY.contains(name)
                || SHELL.contains(name);
    }
}
