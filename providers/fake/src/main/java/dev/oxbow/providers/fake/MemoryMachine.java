package dev.oxbow.providers.fake;

import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/** What programs in one sandbox in memory share: files, the table of tasks and the network. */
final class MemoryMachine {
    private final MemoryFiles files;
    private final MemoryPaths paths;
    private final IntFunction<Optional<SocketChannel>> network;
    private final AtomicLong pids = new AtomicLong(1);
    private final Map<Long, MemoryTask> tasks = new ConcurrentSkipListMap<>();

    MemoryMachine(MemoryFiles files, IntFunction<Optional<SocketChannel>> network) {
        this.files = files;
        this.paths = new MemoryPaths(files);
        this.network = network;
    }

    MemoryFiles files() {
        return files;
    }

    MemoryPaths paths() {
        return paths;
    }

    /** A connection to a port inside; empty if nothing listens there. */
    Optional<SocketChannel> connect(int port) {
        return network.apply(port);
    }

    Map<Long, MemoryTask> tasks() {
        return tasks;
    }

    Execution start(ProcessSpec spec, Spool spool) {
        InputBuffer stdin = InputBuffer.of(spec.stdin());
        MemoryTree tree = new MemoryTree(stdin);
        MemoryTask.Streams streams =
                new MemoryTask.Streams(
                        stdin, spool.sink(Channel.STDOUT), spool.sink(Channel.STDERR));
        tree.lead(
                start(
                        tree,
                        spec.argv(),
                        new TreeMap<>(spec.env()),
                        spec.cwd(),
                        streams,
                        Set.of(),
                        task -> MemoryPrograms.run(task, streams)));
        return tree;
    }

    MemoryTask start(
            MemoryTree tree,
            List<String> argv,
            Map<String, String> env,
            String cwd,
            MemoryTask.Streams streams,
            Set<Integer> ignored,
            MemoryTask.Body body) {
        long pid = pids.incrementAndGet();
        MemoryTask task = new MemoryTask(this, tree, pid, argv, env, cwd, streams);
        task.ignoreAll(ignored);
        tasks.put(pid, task);
        tree.add(task);
        task.start(
                body,
                () -> {
                    tasks.remove(pid);
                    tree.remove(task);
                });
        return task;
    }
}
