package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One small child program that builds walls and forks the supervisors of commands and terminals, in
 * a session of its own.
 *
 * <p>Starting them from Java would cost a helper process and a thread each, tie them to the
 * terminal of {@code ox}, and put arguments through the locale's encoding. The child holds no state
 * that counts: if it dies it is started again; if Java dies it ends once its supervisors have.
 */
final class Launcher implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final List<String> PARTS =
            List.of(
                    "supervisor.pl",
                    "spool.pl",
                    "input.pl",
                    "terminal.pl",
                    "layers.pl",
                    "delta.pl",
                    "joined.pl",
                    "walls.pl",
                    "launcher.pl");

    /**
     * Takes as much of its input as it is told for its program. As an argument that would stand in
     * the memory that each process is named in, to be written over with the name.
     */
    private static final String READ_PROGRAM =
            """
            my ($n, $t) = (shift, '');
            while (length $t < $n) { sysread STDIN, $t, $n - length $t, length $t or exit 1 }
            eval $t;
            exit 1;
            """;

    private final Tools tools;
    private final byte[] filter;
    private final boolean root;
    private final boolean landlock;
    private final Notices notices = new Notices();
    private final byte[] program =
            PARTS.stream()
                    .map(Launcher::text)
                    .collect(Collectors.joining())
                    .getBytes(StandardCharsets.UTF_8);
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Child child;
    private int started;

    Launcher(Tools tools, byte[] filter, boolean root, boolean landlock) {
        this.tools = tools;
        this.filter = filter.clone();
        this.root = root;
        this.landlock = landlock;
    }

    private static String text(String name) {
        try (InputStream text = Launcher.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(text, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The program as it runs.
     *
     * @param confinement what it can bind what it starts to, as soon as it is known
     */
    private record Child(Process process, CompletableFuture<Confinement> confinement) {}

    /** What it says. */
    Notices notices() {
        return notices;
    }

    /**
     * Has the command of a {@link SupervisorRequest} started; returns at once.
     *
     * @param groups of version 1 that the commands of the sandbox are in
     * @return the child that was told; if it dies soon it may not have listened
     */
    Process supervise(SandboxId id, Path request, List<String> groups) {
        return tell("r", groups, request.toString(), id.value());
    }

    /** Has the command of a {@link SupervisorRequest} started on a terminal, likewise. */
    Process superviseTerminal(Path request) {
        return tell("t", List.of(), request.toString());
    }

    /** Has a shell script run in the background, likewise. */
    Process script(Path script) {
        return tell("s", List.of(), script.toString());
    }

    /**
     * Has walls built, likewise; the answer is a notice.
     *
     * @param request a {@link BuildRequest}
     * @param groups of the sandbox: the processes of the walls are born in the one that tracks
     */
    Process build(SandboxId id, Path request, SandboxGroups groups) {
        String track = groups.track().orElse("");
        return tell("b", groups.join(), request.toString(), id.value(), track);
    }

    /** Has let go what is kept ready for a sandbox, whose groups could not be removed else. */
    void forget(SandboxId id) {
        lock.lock();
        try {
            if (child != null && child.process().isAlive()) {
                Process unusedTold = tell("f", List.of(), id.value());
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has layers worked on, likewise; the answer is a notice.
     *
     * @param id of the question
     * @param request a {@link LayerRequest}
     */
    Process layer(String id, Path request) {
        return tell("l", List.of(), request.toString(), id);
    }

    /** What everything that is started is bound to, proven once for each child. */
    Confinement confinement() {
        try {
            return child().confinement().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException | java.util.concurrent.ExecutionException | TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(
                    ErrorCode.OPERATION_INTERRUPTED, "interrupted while the launcher started");
        }
    }

    private static OxException unavailable(Exception e) {
        return OxException.of(
                        ErrorCode.PROVIDER_UNAVAILABLE,
                        "the launcher of processes cannot be started: %s",
                        e instanceof IOException io ? Why.of(io) : String.valueOf(e))
                .causedBy(e);
    }

    private Process tell(String what, List<String> groups, String... fields) {
        List<String> all = new ArrayList<>(List.of(what));
        all.addAll(List.of(fields));
        all.addAll(groups);
        byte[] bytes =
                (all.size() + "\0" + String.join("\0", all) + "\0")
                        .getBytes(StandardCharsets.UTF_8);
        lock.lock();
        try {
            try {
                return send(ready().process(), bytes);
            } catch (IOException died) {
                child = null;
                return send(ready().process(), bytes);
            }
        } catch (IOException e) {
            throw unavailable(e);
        } finally {
            lock.unlock();
        }
    }

    private static Process send(Process to, byte[] message) throws IOException {
        OutputStream pipe = to.getOutputStream();
        pipe.write(message);
        pipe.flush();
        return to;
    }

    private Child child() throws IOException {
        lock.lock();
        try {
            return ready();
        } finally {
            lock.unlock();
        }
    }

    private Child ready() throws IOException {
        Child current = child;
        if (current == null || !current.process().isAlive()) {
            current = start();
            child = current;
        }
        return current;
    }

    private Child start() throws IOException {
        String number = Integer.toString(++started);
        ProcessBuilder builder =
                new ProcessBuilder(
                        tools.path("perl"),
                        "-e",
                        READ_PROGRAM,
                        Integer.toString(program.length),
                        System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64",
                        HexFormat.of().formatHex(filter),
                        number,
                        root ? "1" : "",
                        landlock ? "1" : "");
        builder.environment().clear();
        builder.directory(new java.io.File("/"));
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        CompletableFuture<Confinement> confinement = new CompletableFuture<>();
        notices.once(
                Notices.Topic.CONFINED,
                number,
                words -> confinement.complete(Confinement.parse(words)));
        Process process = builder.start();
        notices.follow(process.getInputStream());
        Process unusedTold = send(process, program);
        return new Child(process, confinement);
    }

    /** Lets the child end after what it has started. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (child != null) {
                child.process().getOutputStream().close();
                child = null;
            }
        } catch (IOException alreadyGone) {
            child = null;
        } finally {
            lock.unlock();
        }
    }
}
