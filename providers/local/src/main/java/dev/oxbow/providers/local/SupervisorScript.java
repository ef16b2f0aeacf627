package dev.oxbow.providers.local;

import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.ProcessSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shell script that runs one process of a sandbox to its end: fields in, text out.
 *
 * <p>It stays outside the sandbox. It claims the process, pumps the output into files, starts the
 * command inside, waits, ends what the command left behind, and writes one line that says how it
 * went. It needs nobody: the Java process may be long dead. Where it can it uses what the shell has
 * built in, because each program started costs half a millisecond.
 *
 * @param tools where the programs are
 * @param folder where the process is written down
 * @param spec the command
 * @param stdin file that standard input is read from
 * @param join words that enter the sandbox
 * @param holder first process of the sandbox, to tell its loss from an end of the command
 * @param groups groups to enter, {@link SandboxGroups#join}
 * @param track group of this process alone
 * @param oomEvents file with the kernel's count of memory kills
 * @param rlimits limits that no group holds
 * @param mark number by which the tree of the process is known where there is no group
 */
record SupervisorScript(
        Tools tools,
        SandboxFolder.ProcessFolder folder,
        ProcessSpec spec,
        String stdin,
        List<String> join,
        ProcessRef holder,
        List<String> groups,
        Optional<Path> track,
        Optional<String> oomEvents,
        Rlimits rlimits,
        long mark) {

    /**
     * Limits set on each process for want of a group.
     *
     * @param memoryKib data of one process
     * @param processes processes of the user
     * @param fileBlocks size of one file in 512-byte blocks
     */
    record Rlimits(
            Optional<Long> memoryKib, Optional<Integer> processes, Optional<Long> fileBlocks) {
        static Rlimits of(Limits limits, Map<String, String> mechanisms) {
            return new Rlimits(
                    mechanisms.containsKey("memory")
                            ? Optional.empty()
                            : limits.memory().map(m -> m.bytes() / 1024),
                    mechanisms.containsKey("pids") || limits.processes().isEmpty()
                            ? Optional.empty()
                            : Optional.of(limits.processes().getAsInt()),
                    limits.disk().map(d -> d.bytes() / 512));
        }
    }

    /** Time between TERM and KILL once the deadline came. */
    private static final int GRACE_SECONDS = 5;

    String text() {
        StringBuilder s = new StringBuilder(2048);
        prologue(s);
        functions(s);
        if (spec.stdin() instanceof ProcessSpec.Stdin.Pipe) {
            keeper(s);
        }
        pumps(s);
        // From here on the process counts as started.
        s.append("echo $c1 $c2 >\"$D/started\"\n");
        spec.deadline().ifPresent(limit -> watchdog(s, limit));
        command(s);
        epilogue(s);
        return s.toString();
    }

    private void prologue(StringBuilder s) {
        s.append("D=").append(ShellWord.quote(folder.path().toString())).append('\n');
        s.append(
                """
                exec 2>/dev/null
                read -r me </proc/self/stat
                """);
        if (spec.stdin() instanceof ProcessSpec.Stdin.Bytes) {
            // A file in the memory of whoever asked, who forgets it once the process is claimed.
            s.append("exec 7<").append(ShellWord.quote(stdin)).append(" || exit 0\n");
        }
        s.append(
                """
                # Whoever makes this file first runs the command; nobody else does.
                set -C
                printf '%s\\n' "$me" >"$D/supervisor" || exit 0
                set +C
                """);
    }

    void functions(StringBuilder s) {
        String oom = oomEvents.map(f -> " <" + ShellWord.quote(f)).orElse(" </dev/null");
        s.append("ooms() { n=0; while read -r k v; do [ \"$k\" = oom_kill ] && n=$v; done")
                .append(oom)
                .append("; }\n");
        if (track.isPresent()) {
            String group = ShellWord.quote(track.get().toString());
            s.append("T=").append(group).append('\n');
            // Joining leaves a waiting parent outside, which must not be signalled for its child.
            s.append(
                    """
                    tree() { while read -r p; do while read -r k a b c; do
                    [ "$k" = NSpid: ] && [ -n "$b" ] && echo $p; done </proc/$p/status; done <"$T/cgroup.procs"; }
                    sweep() { i=0; while read -r p <"$T/cgroup.procs"; do
                    echo 1 >"$T/cgroup.kill" || kill -9 $p; i=$((i+1)); [ $i -gt 50 ] && sleep 0.02; [ $i -gt 200 ] && break; done; }
                    """);
        } else {
            s.append("M=").append(mark * 1024).append('\n');
            s.append("GREP=").append(ShellWord.quote(tools.path("grep"))).append('\n');
            s.append("C=/proc/").append(holder.pid()).append("/task/").append(holder.pid());
            s.append("/children\n");
            // What lost its parent hangs below the holder, beside its one sleeping child: only
            // then is there something to look for. One look is not enough: what forks and ends
            // while
            // it is looked for leaves a child that was not there when the looking began.
            s.append(
                    """
                    tree() { for f in $("$GREP" -ls "^Max resident set  *$M " /proc/[0-9]*/limits); do p=${f#/proc/}; p=${p%/limits}
                    while read -r k a b c; do [ "$k" = NSpid: ] && [ -n "$b" ] && echo $p; done </proc/$p/status; done; }
                    sweep() { i=0; none=0; while [ $none -lt 3 ]; do
                    read -r a b <"$C"; [ -n "$a" ] && [ -z "$b" ] && return
                    left=$(tree); if [ -z "$left" ]; then none=$((none+1)); else none=0; kill -9 $left; fi
                    i=$((i+1)); [ $i -gt 5 ] && sleep 0.05; [ $i -gt 60 ] && break; done; }
                    """);
        }
    }

    /** Holds the pipe of standard input open until it is told to let go, whoever feeds it. */
    private void keeper(StringBuilder s) {
        s.append(ShellWord.quote(tools.path("sleep")))
                .append(" infinity 0<>\"$D/stdin.pipe\" >/dev/null 2>&1 &\n")
                .append("echo $! >\"$D/stdin.keeper\"\n")
                // Open before anybody is told: what is written and ended at once is not lost.
                .append("exec 7<\"$D/stdin.pipe\"\n");
    }

    /**
     * Output goes through pipes and not straight into the files: a command that opens its output
     * again ({@code >/dev/stderr}) would otherwise cut off what was written before.
     */
    private void pumps(StringBuilder s) {
        String cat = ShellWord.quote(tools.path("cat"));
        s.append("exec 3<>\"$D/out.pipe\" 4<>\"$D/err.pipe\"\n");
        s.append("{ ")
                .append(cat)
                .append(
                        " <&5 >>\"$D/out\" 2>/dev/null 3<&- 4<&- 5<&- & c1=$!; }"
                                + " 5<\"$D/out.pipe\"\n");
        s.append("{ ")
                .append(cat)
                .append(
                        " <&5 >>\"$D/err\" 2>/dev/null 3<&- 4<&- 5<&- & c2=$!; }"
                                + " 5<\"$D/err.pipe\"\n");
    }

    void watchdog(StringBuilder s, Duration limit) {
        String sleep = ShellWord.quote(tools.path("sleep"));
        s.append("( exec 3<&- 4<&- 2>/dev/null; trap 'kill $z; exit 0' TERM\n")
                .append(sleep)
                .append(String.format(java.util.Locale.ROOT, " %.3f", limit.toNanos() / 1e9))
                .append(" & z=$!; wait $z\n")
                .append(": >\"$D/deadline\"; for p in $(tree); do kill -TERM $p; done\n")
                .append(sleep)
                .append(" ")
                .append(GRACE_SECONDS)
                .append(" & z=$!; wait $z\n")
                .append("while [ ! -s \"$D/exit\" ]; do for p in $(tree); do kill -9 $p; done; ")
                .append(sleep)
                .append(" 0.1; done ) &\nw=$!\n");
    }

    private void command(StringBuilder s) {
        s.append("ooms; before=$n\n");
        // The shell itself says there if a signal ended its child.
        s.append("exec 2>\"$D/status\"\n");
        boolean held = !(spec.stdin() instanceof ProcessSpec.Stdin.Empty);
        s.append("(\nexec <").append(held ? "&7 7<&-" : ShellWord.quote(stdin));
        s.append(" >\"$D/out.pipe\" 2>\"$D/err.pipe\" 3<&- 4<&-\n");
        enterAndExec(s, groups, new ProcessTree(track, mark), rlimits, spec, join);
        s.append(")\ncode=$?\n");
    }

    /** Lines that limit a shell and make it the command; they use none of the shell's variables. */
    static void enterAndExec(
            StringBuilder s,
            List<String> groups,
            ProcessTree tree,
            Rlimits rlimits,
            ProcessSpec spec,
            List<String> join) {
        groups.forEach(g -> enter(s, g));
        tree.group().ifPresent(t -> enter(s, t.toString()));
        rlimits.fileBlocks().ifPresent(n -> s.append("ulimit -f ").append(n).append('\n'));
        rlimits.memoryKib().ifPresent(n -> s.append("ulimit -d ").append(n).append('\n'));
        rlimits.processes().ifPresent(n -> processLimit(s, n));
        if (tree.group().isEmpty()) {
            // Linux keeps this limit and does nothing with it: a mark that children inherit.
            s.append("ulimit -m ").append(tree.mark()).append('\n');
        }
        s.append("unset PWD OLDPWD SHLVL\n");
        CommandEnvironment env = CommandEnvironment.of(spec);
        env.exported()
                .forEach((name, value) ->
                        s.append("export ")
                                .append(name)
                                .append('=')
                                .append(ShellWord.quote(value))
                                .append('\n'));
        s.append("exec ").append(ShellWord.quote(join)).append(' ');
        s.append(ShellWord.quote(env.command())).append('\n');
    }

    private static void enter(StringBuilder s, String group) {
        s.append("echo 0 >")
                .append(ShellWord.quote(group + "/cgroup.procs"))
                .append(" || exit 125\n");
    }

    private static void processLimit(StringBuilder s, int n) {
        // dash and bash disagree about the letter.
        s.append("ulimit -u ").append(n).append(" 2>/dev/null || ulimit -p ").append(n);
        s.append('\n');
    }

    private void epilogue(StringBuilder s) {
        s.append(
                """
                sig=0; [ -s "$D/status" ] && sig=1
                exec 2>/dev/null 3<&- 4<&-
                """);
        if (spec.deadline().isPresent()) {
            s.append("dl=0; [ -e \"$D/deadline\" ] && dl=1\n");
            s.append("kill $w; wait $w\n");
        } else {
            s.append("dl=0\n");
        }
        if (spec.stdin() instanceof ProcessSpec.Stdin.Pipe) {
            s.append("read -r k <\"$D/stdin.keeper\" && kill $k\n");
        }
        s.append("sweep\nwait $c1; wait $c2\n");
        verdict(s);
    }

    /** Writes the exit record; {@code code}, {@code sig}, {@code dl} and {@code before} are set. */
    void verdict(StringBuilder s) {
        s.append("ooms; oom=$((n-before))\n");
        // Flag 4 is PF_EXITING: the first process is still there while the others are being ended.
        s.append("lost=1; read -r stat </proc/").append(holder.pid()).append("/stat && {\n");
        s.append("set -- ${stat##*)}; [ \"$1\" != Z ] && [ $(($7 & 4)) = 0 ] && [ \"${20}\" = ");
        s.append(holder.startTicks()).append(" ] && lost=0; }\n");
        // One write: a reader sees nothing or all of it.
        s.append("echo \"1 $code $sig $dl $lost $oom .\" >\"$D/exit\"\nexit 0\n");
    }
}
