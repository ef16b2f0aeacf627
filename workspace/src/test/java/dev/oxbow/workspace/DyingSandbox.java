package dev.oxbow.workspace;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.FileWatch;
import dev.oxbow.sandbox.ForwardingTree;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Lifetime;
import dev.oxbow.sandbox.NetworkPhase;
import dev.oxbow.sandbox.NotedTree;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Relay;
import dev.oxbow.sandbox.Rollback;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A sandbox seen by a process that is killed at one of its writes: that one and all later ones do
 * not happen, and a file that was being written is left under its temporary name.
 */
final class DyingSandbox implements Sandbox {
    /** The process is dead; nothing of ours may catch this. */
    static final class Killed extends Error {
        Killed() {
            super("killed");
        }
    }

    private final Sandbox sandbox;
    private final int survived;
    private final AtomicInteger writes = new AtomicInteger();

    /**
     * A sandbox for one life.
     *
     * @param survived writes that succeed
     */
    DyingSandbox(Sandbox sandbox, int survived) {
        this.sandbox = sandbox;
        this.survived = survived;
    }

    int writes() {
        return writes.get();
    }

    private boolean alive() {
        return writes.getAndIncrement() < survived;
    }

    private void live() {
        if (!alive()) {
            throw new Killed();
        }
    }

    @Override
    public FileTree files(String directory) {
        FileTree tree = sandbox.files(directory);
        return new ForwardingTree(new NotedTree(tree, this::live)) {
            @Override
            public void write(
                    TreePath path, int mode, Optional<Long> mtimeNanos, InputStream content)
                    throws IOException {
                if (!alive()) {
                    TreePath half =
                            path.parent().resolve(Directory.TEMPORARY_PREFIX + path.hashCode());
                    tree.write(half, 0600, Optional.empty(), new ByteArrayInputStream(new byte[1]));
                    throw new Killed();
                }
                tree.write(path, mode, mtimeNanos, content);
            }
        };
    }

    @Override
    public SandboxId id() {
        return sandbox.id();
    }

    @Override
    public SandboxRecord record() {
        return sandbox.record();
    }

    @Override
    public void start() {
        sandbox.start();
    }

    @Override
    public void stop() {
        sandbox.stop();
    }

    @Override
    public void pause() {
        sandbox.pause();
    }

    @Override
    public void touch() {
        sandbox.touch();
    }

    @Override
    public void setLifetime(Lifetime lifetime) {
        sandbox.setLifetime(lifetime);
    }

    @Override
    public SandboxProcess exec(ProcessSpec spec) {
        return sandbox.exec(spec);
    }

    @Override
    public Optional<SandboxProcess> process(ProcessId id) {
        return sandbox.process(id);
    }

    @Override
    public List<SandboxProcess> processes() {
        return sandbox.processes();
    }

    @Override
    public Terminal openTerminal(ProcessSpec spec, TerminalSize size) {
        return sandbox.openTerminal(spec, size);
    }

    @Override
    public Checkpoint checkpoint(CheckpointSpec spec) {
        return sandbox.checkpoint(spec);
    }

    @Override
    public List<Checkpoint> checkpoints() {
        return sandbox.checkpoints();
    }

    @Override
    public Rollback rollback(CheckpointId to) {
        return sandbox.rollback(to);
    }

    @Override
    public Optional<Terminal> terminal(ProcessId id) {
        return sandbox.terminal(id);
    }

    @Override
    public List<Terminal> terminals() {
        return sandbox.terminals();
    }

    @Override
    public void setLabels(Labels labels) {
        sandbox.setLabels(labels);
    }

    @Override
    public FileWatch watch(String directory) {
        return sandbox.watch(directory);
    }

    @Override
    public NetworkPhase network() {
        return sandbox.network();
    }

    @Override
    public void setNetwork(NetworkPhase phase) {
        sandbox.setNetwork(phase);
    }

    @Override
    public Relay openRelay(int port, Path socket) {
        return sandbox.openRelay(port, socket);
    }

    @Override
    public boolean awaitLoss(Deadline deadline) throws InterruptedException {
        return sandbox.awaitLoss(deadline);
    }
}
