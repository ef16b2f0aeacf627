package dev.oxbow.providers.fake;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.posix.Pty;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** A program of the host on a pseudo terminal of the host. */
final class HostTerminal implements Terminal {
    private static final Duration HANG_UP = Duration.ofMillis(300);

    private final Pty pty;
    private final Process process;
    private final Path mark;
    private final ProcessSpec spec;
    private volatile ProcessExit.Reason reason = ProcessExit.Reason.EXITED;

    private HostTerminal(ProcessSpec spec, Pty pty, Process process, Path mark) {
        this.spec = spec;
        this.pty = pty;
        this.process = process;
        this.mark = mark;
    }

    static HostTerminal open(
            ProcessSpec spec, TerminalSize size, Path cwd, PathMapping mapping, Path folder) {
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
            HostTerminal terminal = new HostTerminal(spec, pty, builder.start(), script.mark());
            Thread.ofVirtual().name("fake-terminal-" + spec.id()).start(terminal::supervise);
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

    /** What a command leaves behind would keep the terminal open for ever. */
    private void supervise() {
        try {
            Duration limit = spec.deadline().orElse(Duration.ofDays(365));
            if (!process.waitFor(limit)) {
                end(ProcessExit.Reason.DEADLINE);
            }
            HostProcesses.reap(mark);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
        if (!process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        return Optional.of(
                new ProcessExit(
                        OptionalInt.of(process.exitValue()),
                        OptionalInt.empty(),
                        false,
                        reason,
                        0,
                        0));
    }

    /** Whether its command runs. */
    boolean isOpen() {
        return process.isAlive();
    }

    ProcessId id() {
        return spec.id();
    }

    @Override
    public void close() {
        hangUp(ProcessExit.Reason.SIGNALLED);
    }

    /** Ends with its sandbox. */
    void lose() {
        hangUp(ProcessExit.Reason.SANDBOX_LOST);
    }

    private void hangUp(ProcessExit.Reason why) {
        try {
            if (process.isAlive()) {
                because(why);
                pty.close();
                if (!process.waitFor(HANG_UP)) {
                    end(why);
                }
            }
            pty.close();
            HostProcesses.reap(mark);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
