package dev.oxbow.providers.fake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One process in memory: a thread with a number, descriptors, signals and an exit code. */
final class MemoryTask {
    /** What a task does; the result is its exit code. */
    interface Body {
        int run(MemoryTask task) throws IOException, InterruptedException;
    }

    /** Descriptors 0, 1 and 2. */
    record Streams(InputStream in, OutputStream out, OutputStream err) {}

    /** Ends the thread of a task that was killed; never seen outside. */
    static final class Killed extends Error {
        private Killed() {
            super("killed", null, false, false);
        }
    }

    private final MemoryMachine machine;
    private final MemoryTree tree;
    private final long pid;
    private final Map<String, String> env;
    private final Streams streams;
    private final CompletableFuture<Integer> code = new CompletableFuture<>();

    /** Signals that do nothing, and those that a handler waits for; by number. */
    private final Set<Integer> ignored = new HashSet<>();

    private final Set<Integer> handled = new HashSet<>();
    private final ConcurrentLinkedQueue<Integer> pending = new ConcurrentLinkedQueue<>();
    private volatile List<String> argv;
    private volatile String cwd;
    private volatile Thread thread = Thread.currentThread();

    MemoryTask(
            MemoryMachine machine,
            MemoryTree tree,
            long pid,
            List<String> argv,
            Map<String, String> env,
            String cwd,
            Streams streams) {
        this.machine = machine;
        this.tree = tree;
        this.pid = pid;
        this.argv = argv;
        this.env = env;
        this.cwd = cwd;
        this.streams = streams;
    }

    void start(Body body, Runnable ended) {
        // Known before it runs: it may send a signal to itself.
        thread =
                Thread.ofVirtual()
                        .name("fake-task-" + pid)
                        .unstarted(() -> {
                            try {
                                code.complete(body.run(this));
                            } catch (Killed | InterruptedException killed) {
                                code.complete(137);
                            } catch (IOException | UncheckedIOException failed) {
                                complain(String.valueOf(failed.getMessage()));
                                code.complete(1);
                            } catch (Throwable defect) {
                                complain(defect.toString());
                                code.complete(70);
                            } finally {
                                ended.run();
                            }
                        });
        thread.start();
    }

    private void complain(String message) {
        try {
            streams.err()
                    .write(
                            (argv.getFirst() + ": " + message + "\n")
                                    .getBytes(StandardCharsets.UTF_8));
        } catch (IOException nobodyListens) {
            code.complete(1);
        }
    }

    /** A further task of the same tree, started by this one. */
    MemoryTask spawn(
            List<String> childArgv, Map<String, String> childEnv, Streams childStreams, Body body) {
        checkAlive();
        Set<Integer> inherited;
        synchronized (ignored) {
            inherited = new HashSet<>(ignored);
        }
        return machine.start(tree, childArgv, childEnv, cwd, childStreams, inherited, body);
    }

    void ignoreAll(Set<Integer> signals) {
        synchronized (ignored) {
            ignored.addAll(signals);
        }
    }

    /** Sets what a signal does: nothing, a handler, or (neither) the end. */
    void dispose(int signal, boolean ignore, boolean handle) {
        synchronized (ignored) {
            ignored.remove(signal);
            handled.remove(signal);
            if (ignore) {
                ignored.add(signal);
            }
            if (handle) {
                handled.add(signal);
            }
        }
    }

    /** Handlers do not outlive the program that set them. */
    void forgetHandlers() {
        synchronized (ignored) {
            handled.clear();
        }
        pending.clear();
    }

    void signal(int number) {
        synchronized (ignored) {
            if (number != 9 && ignored.contains(number)) {
                return;
            }
            if (number != 9 && handled.contains(number)) {
                pending.add(number);
                return;
            }
        }
        if (code.complete(128 + number)) {
            thread.interrupt();
        }
    }

    /** Handled signals that have come, oldest first; each is told once. */
    List<Integer> takePending() {
        List<Integer> all = new ArrayList<>();
        for (Integer next = pending.poll(); next != null; next = pending.poll()) {
            all.add(next);
        }
        return all;
    }

    boolean hasPending() {
        return !pending.isEmpty();
    }

    void checkAlive() {
        if (code.isDone()) {
            throw new Killed();
        }
    }

    CompletableFuture<Integer> code() {
        return code;
    }

    void join() throws InterruptedException {
        thread.join(Duration.ofSeconds(5));
    }

    MemoryMachine machine() {
        return machine;
    }

    long pid() {
        return pid;
    }

    List<String> argv() {
        return argv;
    }

    /** The same task is now another program. */
    void become(List<String> other) {
        argv = other;
    }

    Map<String, String> env() {
        return env;
    }

    String cwd() {
        return cwd;
    }

    void changeDirectory(String directory) {
        cwd = directory;
    }

    Streams streams() {
        return streams;
    }

    void print(String text) throws IOException {
        checkAlive();
        streams.out().write(text.getBytes(StandardCharsets.UTF_8));
    }

    int fail(int status, String message) throws IOException {
        checkAlive();
        streams.err()
                .write((argv.getFirst() + ": " + message + "\n").getBytes(StandardCharsets.UTF_8));
        return status;
    }
}
