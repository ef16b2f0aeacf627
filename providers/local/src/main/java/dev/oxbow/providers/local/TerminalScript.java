package dev.oxbow.providers.local;

import dev.oxbow.sandbox.ProcessSpec;
import java.nio.file.Path;

/**
 * The shell script that keeps one terminal: as {@link SupervisorScript}, but the command's streams
 * are a terminal, and it ends when whoever opened it does.
 *
 * <p>Standard input is a pipe from the opener. Its first line is the word to go; its end says that
 * the opener has hung up or died, and then everything on the terminal is ended.
 *
 * @param base functions and limits shared with the supervisor of a process
 * @param slave end of the terminal for the command, as seen from outside
 */
record TerminalScript(SupervisorScript base, Path slave) {
    String text() {
        StringBuilder s = new StringBuilder(2048);
        ProcessSpec spec = base.spec();
        s.append("D=").append(ShellWord.quote(base.folder().path().toString())).append('\n');
        s.append(
                """
                read -r go || exit 0
                exec 2>/dev/null 9<&0 </dev/null
                """);
        base.functions(s);
        spec.deadline().ifPresent(limit -> base.watchdog(s, limit));
        s.append("SLEEP=").append(ShellWord.quote(base.tools().path("sleep"))).append('\n');
        s.append(
                """
                ( trap 'kill $z; exit 0' TERM
                read -r hung <&9
                : >"$D/terminated"
                # The kernel has sent HUP to whoever minds; the others have this long.
                $SLEEP 0.3 & z=$!; wait $z
                while [ ! -s "$D/exit" ]; do for p in $(tree); do kill -9 $p; done; $SLEEP 0.05; done ) &
                h=$!
                ooms; before=$n
                exec 2>"$D/status"
                """);
        // A part of the session but not its leader: who leads would keep the terminal for itself.
        // It is for the command, which leads a session whose numbers are those of the sandbox.
        s.append("( exec 9<&- 0<>")
                .append(ShellWord.quote(slave.toString()))
                .append(" 1>&0 2>&0\n");
        SupervisorScript.enterAndExec(
                s,
                base.groups(),
                new ProcessTree(base.track(), base.mark()),
                base.rlimits(),
                spec,
                base.join());
        s.append(
                """
                )
                code=$?
                sig=0; [ -s "$D/status" ] && sig=1
                exec 2>/dev/null
                sweep
                dl=0; [ -e "$D/deadline" ] && dl=1
                """);
        if (spec.deadline().isPresent()) {
            s.append("kill $w; wait $w\n");
        }
        s.append("kill $h; wait $h\n");
        base.verdict(s);
        return s.toString();
    }
}
