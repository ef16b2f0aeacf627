package dev.oxbow.providers.fake;

import dev.oxbow.base.Deadline;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import dev.oxbow.sandbox.Signal;
import dev.oxbow.sandbox.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A {@link FakeProgram} as a process. */
final class ProgramExecution implements Execution {
    private final ProcessSpec spec;
    private final SandboxEntry sandbox;
    private final InputBuffer stdin;
    private final OutputStream stdout;
    private final OutputStream stderr;
    private final CompletableFuture<Integer> code = new CompletableFuture<>();
    private final Map<Signal, Runnable> traps = new EnumMap<>(Signal.class);
    private final Thread thread;

    ProgramExecution(ProcessSpec spec, FakeProgram program, SandboxEntry sandbox, Spool spool) {
        this.spec = spec;
        this.sandbox = sandbox;
        this.stdout = spool.sink(Channel.STDOUT);
        this.stderr = spool.sink(Channel.STDERR);
        this.stdin = InputBuffer.of(spec.stdin());
        this.thread =
                Thread.ofVirtual()
                        .name("fake-program-" + spec.id())
                        .start(() -> code.complete(run(program)));
    }

    private int run(FakeProgram program) {
        try {
            return program.run(new View());
        } catch (Throwable failure) {
            // A program is foreign code: whatever it throws is its own end, never the world's.
            PrintWriter text = new PrintWriter(stderr, false, StandardCharsets.UTF_8);
            failure.printStackTrace(text);
            text.flush();
            return 1;
        }
    }

    @Override
    public OptionalInt awaitEnd(Deadline deadline) throws InterruptedException {
        try {
            return OptionalInt.of(code.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return OptionalInt.empty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void signal(Signal signal) {
        Runnable trap;
        synchronized (traps) {
            trap = signal == Signal.KILL ? null : traps.get(signal);
        }
        if (trap != null) {
            trap.run();
        } else {
            code.complete(128 + signal.number());
            stdin.refuse();
            thread.interrupt();
        }
    }

    @Override
    public void finish() {
        stdin.refuse();
        thread.interrupt();
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        stdin.write(bytes);
    }

    @Override
    public void closeStdin() {
        stdin.end();
    }

    private final class View implements FakeProgram.Context {
        @Override
        public List<String> argv() {
            return spec.argv();
        }

        @Override
        public Map<String, String> env() {
            return spec.env();
        }

        @Override
        public String cwd() {
            return spec.cwd();
        }

        @Override
        public InputStream stdin() {
            return stdin;
        }

        @Override
        public OutputStream stdout() {
            return stdout;
        }

        @Override
        public OutputStream stderr() {
            return stderr;
        }

        @Override
        public void print(String text) {
            try {
                stdout.write(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        public FileTree files(String directory) {
            return sandbox.place().files(directory);
        }

        @Override
        public Optional<Path> onHost(String directory) {
            return sandbox.place().onHost(directory);
        }

        @Override
        public void trap(Signal signal, Runnable action) {
            synchronized (traps) {
                traps.put(signal, action);
            }
        }

        @Override
        public SocketChannel connect(int port) throws IOException {
            return sandbox.connect(port);
        }

        @Override
        public Optional<TerminalSize> terminal() {
            return Optional.empty();
        }
    }
}
