package dev.oxbow.providers.local;

import dev.oxbow.sandbox.ProcessSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Parts of the shell script that runs a terminal of a sandbox to its end: fields in, text out.
 * (Other commands are watched over by {@code supervisor.pl}, see {@link SupervisorRequest}.)
 *
 * <p>It stays outside the sandbox and needs nobody: the Java process may be long dead.
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

    /** Time between TERM and KILL once the deadline came. */
    private static final int GRACE_SECONDS = 5;

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

    /** Writes the exit record; {@code code}, {@code sig}, {@code dl} and {@code before} are set. */
    void verdict(StringBuilder s) {
        s.append("ooms; oom=$((n-before))\n");
        // Flag 4 is PF_EXITING: the first process is still there while the others are being ended.
        s.append("lost=1; read -r stat </proc/").append(holder.pid()).append("/stat && {\n");
        s.append("set -- ${stat##*)}; [ \"$1\" != Z ] && [ $(($7 & 4)) = 0 ] && [ \"${20}\" = ");
        s.append(holder.startTicks()).append(" ] && lost=0; }\n");
        // As supervisor.pl does it.
        s.append("read -r b </proc/sys/kernel/random/boot_id; read -r u x </proc/uptime\n");
        s.append("printf '%s %013d\\n' \"$b\" \"${u%.*}${u#*.}0\" 1<>\"$D/../../activity\"\n");
        // One write: a reader sees nothing or all of it.
        s.append("echo \"1 $code $sig $dl $lost $oom .\" >\"$D/exit\"\nexit 0\n");
    }
}
