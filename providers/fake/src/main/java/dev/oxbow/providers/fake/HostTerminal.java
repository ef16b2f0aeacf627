package dev.oxbow.providers.fake;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.posix.Pty;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.PathMapping;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalReader;
import dev.oxbow.sandbox.TerminalRecord;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.sandbox.Viewer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A program of the host on a pseudo terminal of the host. */
final class HostTerminal implements Terminal {
    private static final Duration HANG_UP = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Pty pty;
    private final Process process;
    private final Path mark;
    private final ProcessSpec spec;
    private final int wanted;
    private final Spool spool;
    private final Instant openedAt = Instant.now();
    private final List<TerminalFrame.Size> sizes = new ArrayList<>();
    private final Map<Viewer, Long> typed = new HashMap<>();
    private final Runnable use;
    private final Runnable ended;
    private ProcessExit.Reason reason = ProcessExit.Reason.EXITED;

    private HostTerminal(
            ProcessSpec spec,
            TerminalSize size,
            Pty pty,
            Process process,
            Path mark,
            Spool spool,
            Runnable use,
            Runnable ended) {
        this.spec = FakeProcess.withoutSecrets(spec);
        this.wanted = spec.hashCode();
        this.pty = pty;
        this.process = process;
        this.mark = mark;
        this.spool = spool;
        this.use = use;
        this.ended = ended;
        sizes.add(new TerminalFrame.Size(0, size, Optional.empty()));
    }

    static HostTerminal open(
            ProcessSpec spec,
            TerminalSize size,
            Path cwd,
            PathMapping mapping,
            Path folder,
            Spool spool,
            Runnable use,
            Runnable ended) {
        Pty pty = Pty.open(size.columns(), size.rows());
        boolean whole = false;
        try {
            HostScript script =
                    HostScript.write(
                            folder,
                            spec,
                            cwd,
                            mapping,
                            List.of("/usr/bin/setsid", "--ctty", "--wait"));
            File slave = pty.slave().toFile();
            ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.file().toString());
            builder.environment().clear();
            builder.directory(cwd.toFile());
            builder.redirectInput(slave).redirectOutput(slave).redirectError(slave);
            HostTerminal terminal =
                    new HostTerminal(
                            spec, size, pty, builder.start(), script.mark(), spool, use, ended);
            Thread pump =
                    Thread.ofPlatform()
                            .daemon()
                            .name("fake-terminal-" + spec.id())
                            .start(terminal::pump);
            Thread.ofVirtual()
                    .name("fake-supervisor-" + spec.id())
                    .start(() -> terminal.supervise(pump));
            whole = true;
            return terminal;
        } catch (IOException e) {
            throw OxException.of(ErrorCode.PROVIDER_UNAVAILABLE, "the terminal cannot be started")
                    .causedBy(e);
        } finally {
            if (!whole) {
                pty.close();
            }
        }
    }

    private void pump() {
        try {
            pty.output().transferTo(spool.sink(Channel.STDOUT));
        } catch (IOException hungUp) {
            // What was shown until then is kept.
        }
    }

    /** What a command leaves behind would keep the terminal open for ever. */
    private void supervise(Thread pump) {
        try {
            Duration limit = spec.deadline().orElse(Duration.ofDays(365));
            if (!process.waitFor(limit)) {
                end(ProcessExit.Reason.DEADLINE);
            }
            HostProcesses.reap(mark);
            pump.join(PATIENCE);
            pty.close();
            spool.finish(this::exitRecord);
            ended.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized ProcessExit exitRecord(long shown, long nothing) {
        int code = process.exitValue();
        return new ProcessExit(
                OptionalInt.of(code), OptionalInt.empty(), false, reason, shown, nothing);
    }

    /** Whether an opening with this spec means this terminal. */
    boolean isFrom(ProcessSpec other) {
        return wanted == other.hashCode();
    }

    @Override
    public ProcessId id() {
        return spec.id();
    }

    @Override
    public ProcessSpec spec() {
        return spec;
    }

    @Override
    public TerminalRecord record() {
        Optional<ProcessExit> exit = exit();
        TerminalFrame.Size size = sizes().getLast();
        return new TerminalRecord(
                id(),
                spec.argv(),
                openedAt,
                size.size(),
                size.owner(),
                spool.earliest(),
                spool.end(),
                exit);
    }

    private synchronized List<TerminalFrame.Size> sizes() {
        return List.copyOf(sizes);
    }

    @Override
    public Optional<ProcessExit> exit() {
        return spool.exit();
    }

    @Override
    public Optional<ProcessExit> awaitExit(Deadline deadline) throws InterruptedException {
        return spool.awaitExit(deadline);
    }

    @Override
    public TerminalReader read(long from) {
        return new HostTerminalReader(
                spool.read(new Cursor(from, 0)), this::sizes, from, spool.end());
    }

    @Override
    public synchronized void write(Viewer viewer, long offset, byte[] bytes) {
        refuseIfEnded();
        use.run();
        long known = typed.getOrDefault(viewer, 0L);
        if (offset > known) {
            throw OxException.of(
                            ErrorCode.CURSOR_AHEAD,
                            "viewer %s typed %d bytes so far, not %d",
                            viewer,
                            known,
                            offset)
                    .with("latest", known);
        }
        if (offset + bytes.length <= known) {
            return;
        }
        try {
            pty.input().write(Arrays.copyOfRange(bytes, (int) (known - offset), bytes.length));
        } catch (IOException e) {
            throw ended().causedBy(e);
        }
        typed.put(viewer, offset + bytes.length);
    }

    private void refuseIfEnded() {
        if (exit().isPresent()) {
            throw ended();
        }
    }

    private OxException ended() {
        return OxException.of(ErrorCode.OPERATION_INTERRUPTED, "terminal %s has ended", id());
    }

    @Override
    public synchronized long written(Viewer viewer) {
        return typed.getOrDefault(viewer, 0L);
    }

    @Override
    public synchronized void takeSize(Viewer viewer, TerminalSize size) {
        refuseIfEnded();
        sizes.add(new TerminalFrame.Size(spool.end(), size, Optional.of(viewer)));
        pty.resize(size.columns(), size.rows());
    }

    @Override
    public synchronized void resize(Viewer viewer, TerminalSize size) {
        if (!sizes.getLast().owner().equals(Optional.of(viewer))) {
            throw OxException.of(
                    ErrorCode.SIZE_OWNER_LOST, "the size of terminal %s is not %s's", id(), viewer);
        }
        takeSize(viewer, size);
    }

    @Override
    public ProcessExit hangUp() throws InterruptedException {
        return hangUp(ProcessExit.Reason.SIGNALLED);
    }

    /** Ends with its sandbox. */
    void lose() throws InterruptedException {
        hangUp(ProcessExit.Reason.SANDBOX_LOST);
    }

    private ProcessExit hangUp(ProcessExit.Reason why) throws InterruptedException {
        if (exit().isEmpty()) {
            because(why);
            pty.close();
            if (!process.waitFor(HANG_UP)) {
                end(why);
            }
        }
        return awaitExit(Deadline.in(PATIENCE.multipliedBy(2)))
                .orElseThrow(() ->
                        OxException.of(
                                ErrorCode.PROVIDER_TIMEOUT, "terminal %s did not end", id()));
    }

    /** The first reason counts. */
    private synchronized void because(ProcessExit.Reason why) {
        if (reason == ProcessExit.Reason.EXITED) {
            reason = why;
        }
    }

    private void end(ProcessExit.Reason why) throws InterruptedException {
        because(why);
        HostProcesses.reap(mark);
        process.waitFor();
    }
}
