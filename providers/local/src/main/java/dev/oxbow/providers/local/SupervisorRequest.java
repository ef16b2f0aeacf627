package dev.oxbow.providers.local;

import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a supervisor is told of the process that it is to start and watch: fields in, bytes out, as
 * {@code supervisor.pl} reads them. Names and values in turn, each with a NUL behind it, so that
 * nothing needs to be quoted.
 *
 * @param folder where the process is written down
 * @param spec the command
 * @param stdin file that standard input is read from; empty for none or a pipe
 * @param uid host user of the sandbox, to own its pipes; empty if it is the caller
 * @param inner user to become inside; empty to stay who one is there
 * @param holder first process of the sandbox, whose namespaces are entered
 * @param outer process whose user namespace has to be entered first; empty for root
 * @param groups groups to enter, {@link SandboxGroups#join}
 * @param track group of this process alone
 * @param oomEvents file with the kernel's count of memory kills
 * @param rlimits limits that no group holds
 * @param mark number by which the tree of the process is known where there is no group
 * @param shown folders inside that the host shows besides those of the system
 * @param keep bytes that are kept of each output
 * @param size of its terminal; empty for a process
 * @param walled whether there are namespaces to be entered and a filter to be taken
 */
record SupervisorRequest(
        SandboxFolder.ProcessFolder folder,
        ProcessSpec spec,
        Optional<Path> stdin,
        Optional<Integer> uid,
        OptionalInt inner,
        ProcessRef holder,
        Optional<ProcessRef> outer,
        List<String> groups,
        Optional<Path> track,
        Optional<String> oomEvents,
        Rlimits rlimits,
        long mark,
        List<String> shown,
        long keep,
        Optional<TerminalSize> size,
        boolean walled) {

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        put(out, "folder", folder.path());
        put(out, "id", spec.id().value());
        put(out, "stdin", stdin);
        put(out, "pipe", spec.stdin() instanceof ProcessSpec.Stdin.Pipe ? "1" : "");
        put(out, "uid", uid);
        put(out, "inner", inner.isPresent() ? inner.getAsInt() : "");
        put(out, "holder", holder.pid());
        put(out, "ticks", holder.startTicks());
        put(out, "outer", outer.map(ProcessRef::pid));
        put(out, "bare", walled ? "" : "1");
        groups.forEach(group -> put(out, "group", group));
        put(out, "track", track);
        put(out, "oom", oomEvents);
        put(out, "fsize", rlimits.fileBlocks().map(n -> n * 512));
        put(out, "data", rlimits.memoryKib().map(n -> n * 1024));
        put(out, "nproc", rlimits.processes());
        // Linux keeps this limit and does nothing with it: a mark that children inherit.
        put(out, "rss", track.isPresent() ? "" : mark * 1024);
        put(
                out,
                "deadline",
                spec.deadline()
                        .map(limit -> String.format(Locale.ROOT, "%.3f", limit.toNanos() / 1e9)));
        put(out, "keep", keep);
        size.ifPresent(s -> {
            put(out, "columns", s.columns());
            put(out, "rows", s.rows());
        });
        put(out, "cwd", spec.cwd());
        shown.forEach(folder -> put(out, "shown", folder));
        spec.env().forEach((name, value) -> put(out, "env", name + "=" + value));
        spec.argv().forEach(word -> put(out, "arg", word));
        return out.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, String key, Optional<?> value) {
        put(out, key, value.isPresent() ? value.get() : "");
    }

    private static void put(ByteArrayOutputStream out, String key, Object value) {
        out.writeBytes((key + "\0" + value + "\0").getBytes(StandardCharsets.UTF_8));
    }
}
