package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.MemoryFile;
import dev.oxbow.posix.Posix;
import dev.oxbow.posix.Pty;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A command on a terminal of its own. Not durable: the terminal is ours, and hangs up with us.
 *
 * <p>The terminal belongs to this session alone; nothing inside can reach the one that {@code ox}
 * itself was started on.
 */
final class LocalTerminal implements Terminal {
    private static final Duration HANGUP_GRACE = Duration.ofMillis(300);

    private final Pty pty;
    private final Process process;
    private final ProcessTree tree;
    private final MemoryFile script;
    private volatile boolean closed;

    private LocalTerminal(Pty pty, Process process, ProcessTree tree, MemoryFile script) {
        this.pty = pty;
        this.process = process;
        this.tree = tree;
        this.script = script;
    }

    static LocalTerminal open(
            Site site, StoredSandbox sandbox, ProcessSpec spec, TerminalSize size) {
        InsideDirectory.require(sandbox.holder().orElseThrow().pid(), spec.cwd());
        boolean tracked = ControlGroups.makeFor(sandbox.groups(), spec.id());
        ProcessTree tree =
                new ProcessTree(
                        tracked ? sandbox.groups().trackOf(spec.id()) : Optional.empty(),
                        ThreadLocalRandom.current().nextLong(1L << 30, 1L << 40));
        Pty pty = Pty.open(size.columns(), size.rows());
        MemoryFile script =
                MemoryFile.of(
                        text(site, sandbox, spec, tree, pty.slave())
                                .getBytes(StandardCharsets.UTF_8));
        boolean whole = false;
        try {
            String path = script.path().toString();
            Process process = site.launcher().confined(() -> start(site, path));
            LocalTerminal terminal = new LocalTerminal(pty, process, tree, script);
            whole = true;
            return terminal;
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "the terminal cannot be started: %s",
                            Why.of(e))
                    .causedBy(e);
        } finally {
            if (!whole) {
                pty.close();
                script.close();
            }
        }
    }

    private static Process start(Site site, String script) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(site.tools().path("setsid"), site.tools().path("sh"), script);
        builder.environment().clear();
        builder.directory(new java.io.File("/"));
        builder.redirectInput(new java.io.File("/dev/null"));
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process started = builder.start();
        Posix.forbidCoreDumps(started.pid());
        return started;
    }

    private static String text(
            Site site, StoredSandbox sandbox, ProcessSpec spec, ProcessTree tree, Path slave) {
        StringBuilder s = new StringBuilder();
        // A part of the session but not its leader: who leads would keep the terminal for itself.
        // It is for the command, which leads a session whose numbers are those of the sandbox.
        s.append("(\nexec 0<>").append(ShellWord.quote(slave.toString())).append(" 1>&0 2>&0\n");
        List<String> join = new ArrayList<>(site.join(sandbox).into(spec.cwd()));
        join.addAll(List.of(site.tools().path("setsid"), "--ctty", "--"));
        SupervisorScript.enterAndExec(
                s,
                sandbox.groups().join(),
                tree,
                SupervisorScript.Rlimits.of(sandbox.limits(), site.groups().mechanisms()),
                spec,
                join);
        s.append(")\nexit $?\n");
        return s.toString();
    }

    @Override
    public InputStream output() {
        return pty.output();
    }

    @Override
    public OutputStream input() {
        return pty.input();
    }

    @Override
    public void resize(TerminalSize size) {
        pty.resize(size.columns(), size.rows());
    }

    @Override
    public Optional<ProcessExit> awaitExit(Deadline deadline) throws InterruptedException {
        long nanos = Math.min(deadline.remainingNanos(), Long.MAX_VALUE / 4);
        if (!process.waitFor(nanos, TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        tree.remove();
        return Optional.of(
                new ProcessExit(
                        OptionalInt.of(process.exitValue()),
                        OptionalInt.empty(),
                        false,
                        closed ? ProcessExit.Reason.SIGNALLED : ProcessExit.Reason.EXITED,
                        0,
                        0));
    }

    @Override
    public void close() {
        boolean first = !closed;
        closed = closed || process.isAlive();
        if (!first) {
            return;
        }
        // Whoever holds the terminal gets SIGHUP; whoever does not mind it is ended.
        pty.close();
        try {
            boolean unusedEndedBelow =
                    process.waitFor(HANGUP_GRACE.toMillis(), TimeUnit.MILLISECONDS);
            Deadline deadline = Deadline.in(Duration.ofSeconds(5));
            List<Long> left = tree.inside();
            while ((process.isAlive() || !left.isEmpty()) && !deadline.expired()) {
                tree.signal(9);
                boolean unusedLookedAtAgain = process.waitFor(20, TimeUnit.MILLISECONDS);
                left = tree.inside();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            tree.signal(9);
        } finally {
            script.close();
            tree.remove();
        }
    }
}
