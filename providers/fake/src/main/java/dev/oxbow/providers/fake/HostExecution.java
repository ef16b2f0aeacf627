package dev.oxbow.providers.fake;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.PathMapping;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import dev.oxbow.sandbox.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program of the host, without walls around it.
 *
 * <p>All that it starts is found again by a file that each child inherits open: that holds for
 * children in sessions of their own and for daemons, which a process group would lose.
 */
final class HostExecution implements Execution {
    private final Process process;
    private final Path mark;
    private final CountDownLatch pumped = new CountDownLatch(2);
    private final ReentrantLock input = new ReentrantLock();

    private HostExecution(Process process, Path mark) {
        this.process = process;
        this.mark = mark;
    }

    static HostExecution start(
            ProcessSpec spec, Path cwd, PathMapping mapping, Path records, Spool spool) {
        try {
            HostScript script = HostScript.write(records, spec, cwd, mapping, List.of());
            ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.file().toString());
            builder.environment().clear();
            builder.directory(cwd.toFile());
            if (spec.stdin() instanceof ProcessSpec.Stdin.Empty) {
                builder.redirectInput(Path.of("/dev/null").toFile());
            }
            HostExecution execution = new HostExecution(builder.start(), script.mark());
            execution.pump(spec, spool);
            return execution;
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "cannot start '%s' on the host",
                            spec.argv().getFirst())
                    .causedBy(e);
        }
    }

    private void pump(ProcessSpec spec, Spool spool) {
        pump(spec, process.getInputStream(), spool.sink(Channel.STDOUT), "stdout");
        pump(spec, process.getErrorStream(), spool.sink(Channel.STDERR), "stderr");
        if (spec.stdin() instanceof ProcessSpec.Stdin.Bytes bytes) {
            Thread.ofPlatform()
                    .daemon()
                    .name("fake-stdin-" + spec.id())
                    .start(() -> feed(bytes.bytes()));
        }
    }

    private void pump(ProcessSpec spec, InputStream from, OutputStream to, String stream) {
        Thread.ofPlatform()
                .daemon()
                .name("fake-" + stream + "-" + spec.id())
                .start(() -> {
                    try (from) {
                        from.transferTo(to);
                    } catch (IOException closed) {
                        // The pipe went with its process; what arrived is kept.
                    } finally {
                        pumped.countDown();
                    }
                });
    }

    private void feed(byte[] bytes) {
        try {
            write(bytes);
        } catch (IOException gone) {
            // A program may end without reading its input.
        }
        closeStdin();
    }

    @Override
    public OptionalInt awaitEnd(Deadline deadline) throws InterruptedException {
        boolean ended = process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        return ended ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
    }

    @Override
    public void signal(Signal signal) {
        HostProcesses.signal(HostProcesses.holding(mark), signal);
        if (signal == Signal.KILL) {
            process.destroyForcibly();
        }
    }

    @Override
    public void finish() throws InterruptedException {
        HostProcesses.reap(mark);
        if (!pumped.await(5, TimeUnit.SECONDS)) {
            throw OxException.of(
                    ErrorCode.INTERNAL, "something unknown still holds the output of %s", mark);
        }
        closeStdin();
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        input.lock();
        try {
            process.getOutputStream().write(bytes);
            process.getOutputStream().flush();
        } finally {
            input.unlock();
        }
    }

    @Override
    public void closeStdin() {
        try {
            process.getOutputStream().close();
        } catch (IOException gone) {
            // The reader has gone already: the input is closed as wanted.
        }
    }
}
