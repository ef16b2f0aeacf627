package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.MemoryFile;
import dev.oxbow.posix.Owner;
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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A command on a terminal of its own. Not durable: we hold the terminal, and it hangs up with us,
 * also when we are killed.
 *
 * <p>The terminal is one of the sandbox's own set, so it has a name inside; nothing inside can
 * reach the one that {@code ox} itself was started on.
 */
final class LocalTerminal implements Terminal {
    /** How long a script may take to end what is left on a terminal. */
    private static final Duration CLEARING = Duration.ofSeconds(10);

    private final Pty pty;
    private final Process supervisor;
    private final SandboxFolder.ProcessFolder folder;
    private final ProcessTree tree;
    private final MemoryFile script;

    private LocalTerminal(
            Pty pty,
            Process supervisor,
            SandboxFolder.ProcessFolder folder,
            ProcessTree tree,
            MemoryFile script) {
        this.pty = pty;
        this.supervisor = supervisor;
        this.folder = folder;
        this.tree = tree;
        this.script = script;
    }

    static LocalTerminal open(
            Site site,
            SandboxFolder sandboxFolder,
            StoredSandbox sandbox,
            ProcessSpec spec,
            TerminalSize size) {
        long holder = sandbox.holder().orElseThrow().pid();
        InsideDirectory.require(holder, spec.cwd());
        SandboxFolder.ProcessFolder folder = sandboxFolder.terminal(spec.id());
        Terminals.claim(sandboxFolder, spec.id());
        boolean tracked = ControlGroups.makeFor(sandbox.groups(), spec.id());
        ProcessTree tree =
                new ProcessTree(
                        tracked ? sandbox.groups().trackOf(spec.id()) : Optional.empty(),
                        ThreadLocalRandom.current().nextLong(1L << 30, 1L << 40));
        Pty pty = null;
        MemoryFile script = null;
        try {
            // The sandbox's own set of terminals: a folder that nobody inside can put aside.
            pty =
                    Pty.open(
                            Path.of("/proc/" + holder + "/root/dev/pts"),
                            size.columns(),
                            size.rows());
            Path slave = pty.slave();
            sandbox.uid().ifPresent(uid -> Posix.setOwner(slave, new Owner(uid, uid)));
            script =
                    MemoryFile.of(
                            text(site, folder, sandbox, spec, tree, slave)
                                    .getBytes(StandardCharsets.UTF_8));
            String path = script.path().toString();
            Process supervisor = site.launcher().confined(() -> start(site, path));
            LocalTerminal terminal = new LocalTerminal(pty, supervisor, folder, tree, script);
            Terminals.begun(folder, supervisor.pid());
            Posix.forbidCoreDumps(supervisor.pid());
            terminal.go();
            pty = null;
            script = null;
            return terminal;
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "the terminal cannot be started: %s",
                            Why.of(e))
                    .causedBy(e);
        } finally {
            if (pty != null) {
                pty.close();
                tree.remove();
                Trash.deleteNow(folder.path());
            }
            if (script != null) {
                script.close();
            }
        }
    }

    private static Process start(Site site, String script) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        // Who ignored Ctrl-C when it started ox must not make commands deaf to it.
                        site.tools().path("env"),
                        "--default-signal",
                        site.tools().path("setsid"),
                        site.tools().path("sh"),
                        script);
        builder.environment().clear();
        builder.directory(new java.io.File("/"));
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        return builder.start();
    }

    private static String text(
            Site site,
            SandboxFolder.ProcessFolder folder,
            StoredSandbox sandbox,
            ProcessSpec spec,
            ProcessTree tree,
            Path slave) {
        List<String> join = new ArrayList<>(site.join(sandbox).into(spec.cwd()));
        join.addAll(List.of(site.tools().path("setsid"), "--ctty", "--"));
        SupervisorScript base =
                new SupervisorScript(
                        site.tools(),
                        folder,
                        spec,
                        "/dev/null",
                        join,
                        sandbox.holder().orElseThrow(),
                        sandbox.groups().join(),
                        tree.group(),
                        sandbox.groups().oomEvents(),
                        Rlimits.of(sandbox.limits(), site.groups().mechanisms()),
                        tree.mark());
        return new TerminalScript(base, slave).text();
    }

    private void go() throws IOException {
        OutputStream word = supervisor.getOutputStream();
        word.write('\n');
        word.flush();
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
        if (!supervisor.waitFor(nanos, TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        tree.remove();
        return Optional.of(ExitRecord.read(folder.exit()).orElse(ExitRecord.UNSEEN).toExit(folder));
    }

    @Override
    public void close() {
        // Whoever minds the terminal gets SIGHUP; whoever does not is ended by the supervisor,
        // which takes the end of its input for the word.
        pty.close();
        try {
            supervisor.getOutputStream().close();
        } catch (IOException alreadyGone) {
            // The supervisor has ended, and with it what it kept.
        }
        try {
            if (!supervisor.waitFor(CLEARING.toMillis(), TimeUnit.MILLISECONDS)) {
                tree.signal(9);
                ProcessTable.withDescendants(List.of(supervisor.pid()))
                        .forEach(pid -> Posix.kill(pid, 9));
            }
        } catch (InterruptedException e) {
            // It goes on without us.
            Thread.currentThread().interrupt();
        } finally {
            script.close();
            tree.remove();
        }
    }
}
