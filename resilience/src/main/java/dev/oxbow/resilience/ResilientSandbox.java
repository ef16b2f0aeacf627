package dev.oxbow.resilience;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.FileWatch;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Lifetime;
import dev.oxbow.sandbox.NetworkPhase;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Relay;
import dev.oxbow.sandbox.Rollback;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A sandbox that may be far away. */
final class ResilientSandbox implements Sandbox {
    private final Calls calls;
    private final Sandbox real;

    ResilientSandbox(Calls calls, Sandbox real) {
        this.calls = calls;
        this.real = real;
    }

    @Override
    public SandboxId id() {
        return real.id();
    }

    @Override
    public SandboxRecord record() {
        return calls.call("get", Repeat.SAFE, real::record);
    }

    @Override
    public void start() {
        calls.run("resume", Repeat.KEYED, real::start);
    }

    @Override
    public void stop() {
        calls.run("stop", Repeat.KEYED, real::stop);
    }

    @Override
    public void pause() {
        calls.run("pause", Repeat.KEYED, real::pause);
    }

    @Override
    public void touch() {
        calls.run("touch", Repeat.KEYED, real::touch);
    }

    @Override
    public void setLifetime(Lifetime lifetime) {
        calls.run("setIdle", Repeat.KEYED, () -> real.setLifetime(lifetime));
    }

    /**
     * Repeated by the process's id, as long as it would reach the same runtime: after a restart in
     * between nobody knows whether the command has run.
     */
    @Override
    public SandboxProcess exec(ProcessSpec spec) {
        int incarnation = record().incarnation();
        SandboxProcess process =
                calls.call("exec", Repeat.KEYED, () -> real.exec(spec), sameRuntime(incarnation));
        return new ResilientProcess(calls, process);
    }

    private Consumer<OxException> sameRuntime(int before) {
        return failure -> {
            if (failure.admitted() != OxException.Admitted.NO && record().incarnation() != before) {
                throw OxException.of(
                                ErrorCode.OPERATION_INTERRUPTED,
                                "runtime replaced during exec; admitted unknown; not repeated")
                        .with("reason", "runtime_replaced")
                        .with("operation", "exec")
                        .with("retryable", false)
                        .admitted(OxException.Admitted.UNKNOWN)
                        .causedBy(failure);
            }
        };
    }

    @Override
    public Optional<SandboxProcess> process(ProcessId process) {
        return calls.call("listProcesses", Repeat.SAFE, () -> real.process(process))
                .map(p -> new ResilientProcess(calls, p));
    }

    @Override
    public List<SandboxProcess> processes() {
        return calls.call("listProcesses", Repeat.SAFE, real::processes).stream()
                .<SandboxProcess>map(p -> new ResilientProcess(calls, p))
                .toList();
    }

    @Override
    public Terminal openTerminal(ProcessSpec spec, TerminalSize size) {
        return calls.call("openPty", Repeat.KEYED, () -> real.openTerminal(spec, size));
    }

    @Override
    public Optional<Terminal> terminal(ProcessId id) {
        return calls.call("attachPty", Repeat.SAFE, () -> real.terminal(id));
    }

    @Override
    public List<Terminal> terminals() {
        return calls.call("attachPty", Repeat.SAFE, real::terminals);
    }

    @Override
    public FileTree files(String directory) {
        return new ResilientTree(
                calls, calls.call("files", Repeat.SAFE, () -> real.files(directory)));
    }

    @Override
    public FileWatch watch(String directory) {
        return new ResilientWatch(calls, () -> real.watch(directory));
    }

    @Override
    public Checkpoint checkpoint(CheckpointSpec spec) {
        return calls.call("checkpoint", Repeat.KEYED, () -> real.checkpoint(spec));
    }

    @Override
    public List<Checkpoint> checkpoints() {
        return calls.call("lookup", Repeat.SAFE, real::checkpoints);
    }

    /** Not repeated once it may have begun: a second one would undo what was written since. */
    @Override
    public Rollback rollback(CheckpointId to) {
        return calls.call("rollback", Repeat.ONCE, () -> real.rollback(to));
    }

    @Override
    public void setLabels(Labels labels) {
        calls.run("setLabels", Repeat.KEYED, () -> real.setLabels(labels));
    }

    @Override
    public NetworkPhase network() {
        return calls.call("get", Repeat.SAFE, real::network);
    }

    @Override
    public void setNetwork(NetworkPhase phase) {
        calls.run("setNetwork", Repeat.KEYED, () -> real.setNetwork(phase));
    }

    @Override
    public Relay openRelay(int port, Path socket) {
        return calls.call("openRelay", Repeat.KEYED, () -> real.openRelay(port, socket));
    }

    @Override
    public boolean awaitLoss(Deadline deadline) throws InterruptedException {
        return real.awaitLoss(deadline);
    }
}
