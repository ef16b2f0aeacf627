package dev.oxbow.providers.fake;

import dev.oxbow.base.Deadline;
import dev.oxbow.sandbox.Signal;
import java.io.IOException;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command in memory and all tasks that it started: what signals reach and what ends with it. */
final class MemoryTree implements Execution {
    private final InputBuffer stdin;
    private final Set<MemoryTask> tasks = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<MemoryTask> leader = new CompletableFuture<>();
    private volatile boolean over;

    MemoryTree(InputBuffer stdin) {
        this.stdin = stdin;
    }

    void lead(MemoryTask task) {
        leader.complete(task);
    }

    void add(MemoryTask task) {
        tasks.add(task);
        if (over) {
            task.signal(Signal.KILL.number());
        }
    }

    void remove(MemoryTask task) {
        tasks.remove(task);
    }

    @Override
    public OptionalInt awaitEnd(Deadline deadline) throws InterruptedException {
        try {
            return OptionalInt.of(
                    leader.join().code().get(deadline.remainingNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return OptionalInt.empty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void signal(Signal signal) {
        // The oldest first: a shell whose child ends before it would go on to its next command.
        tasks.stream()
                .sorted(Comparator.comparingLong(MemoryTask::pid))
                .forEach(task -> task.signal(signal.number()));
    }

    @Override
    public void finish() throws InterruptedException {
        over = true;
        stdin.refuse();
        for (MemoryTask task : tasks) {
            task.signal(Signal.KILL.number());
            task.join();
        }
        leader.join().join();
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        stdin.write(bytes);
    }

    @Override
    public void closeStdin() {
        stdin.end();
    }
}
