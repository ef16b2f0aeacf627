package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Posix;
import dev.oxbow.posix.Seccomp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One small child program that forks the supervisors: {@code supervisor.pl}, in a session of its
 * own and under the filter.
 *
 * <p>Starting them from Java would cost a helper process and a thread each, tie them to the
 * terminal of {@code ox}, and put arguments through the locale's encoding. The child holds no
 * state: if it dies it is started again; if Java dies it ends once its supervisors have.
 */
final class Launcher implements AutoCloseable {
    private final Tools tools;
    private final byte[] filter;
    private final boolean root;
    private final String program;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Process child;

    Launcher(Tools tools, byte[] filter, boolean root) {
        this.tools = tools;
        this.filter = filter.clone();
        this.root = root;
        this.program = program();
    }

    private static String program() {
        try (InputStream text = Launcher.class.getResourceAsStream("supervisor.pl")) {
            return new String(
                    Objects.requireNonNull(text, "supervisor.pl").readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a file says that the child is given. */
    enum Kind {
        /** A {@link SupervisorRequest}. */
        REQUEST('r'),
        /** A shell script, to be run in the background. */
        SCRIPT('s');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /**
     * Hands a file over; returns at once.
     *
     * @return the child that was told; if it dies soon it may not have listened
     */
    Process run(Kind kind, String path) {
        lock.lock();
        try {
            byte[] line = (kind.letter + path + "\0").getBytes(StandardCharsets.UTF_8);
            try {
                return send(ready(), line);
            } catch (IOException died) {
                child = null;
                return send(ready(), line);
            }
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "the launcher of processes cannot be started: %s",
                            Why.of(e))
                    .causedBy(e);
        } finally {
            lock.unlock();
        }
    }

    /** Process number of the child, started if need be; its state is that of all it starts. */
    long pid() {
        lock.lock();
        try {
            return ready().pid();
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "the launcher of processes cannot be started: %s",
                            Why.of(e))
                    .causedBy(e);
        } finally {
            lock.unlock();
        }
    }

    private static Process send(Process to, byte[] line) throws IOException {
        OutputStream pipe = to.getOutputStream();
        pipe.write(line);
        pipe.flush();
        return to;
    }

    private Process ready() throws IOException {
        Process current = child;
        if (current == null || !current.isAlive()) {
            current = confined(this::start);
            child = current;
        }
        return current;
    }

    private Process start() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        tools.path("perl"),
                        "-e",
                        program,
                        System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64");
        builder.environment().clear();
        builder.directory(new java.io.File("/"));
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process started = builder.start();
        Posix.forbidCoreDumps(started.pid());
        return started;
    }

    /** Something that starts a process. */
    interface Start {
        Process start() throws IOException;
    }

    /** Starts a process from a thread that is bound to the filter; the child inherits it. */
    Process confined(Start start) throws IOException {
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("oxbow-confined-start")
                .daemon()
                .start(() -> {
                    try {
                        if (root) {
                            // Kept ones would open group-readable files of the host.
                            Posix.dropGroupsOfThisThread();
                        }
                        Seccomp.installOnThisThread(filter);
                        started.complete(start.start());
                    } catch (IOException | RuntimeException e) {
                        started.completeExceptionally(e);
                    }
                });
        try {
            return started.get(10, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            if (e.getCause() instanceof OxException refused) {
                throw refused;
            }
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer in 10 s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Lets the child end after what it has started. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (child != null) {
                child.getOutputStream().close();
                child = null;
            }
        } catch (IOException alreadyGone) {
            child = null;
        } finally {
            lock.unlock();
        }
    }
}
