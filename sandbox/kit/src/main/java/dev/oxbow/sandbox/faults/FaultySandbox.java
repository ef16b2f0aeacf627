package dev.oxbow.sandbox.faults;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
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
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A sandbox over a bad connection. */
final class FaultySandbox implements Sandbox {
    private final Injection injection;
    private final Sandbox real;
    private final Optional<SandboxState> said;

    /**
     * A view.
     *
     * @param said the state that is told instead of the true one; empty for the truth
     */
    FaultySandbox(Injection injection, Sandbox real, Optional<SandboxState> said) {
        this.injection = injection;
        this.real = real;
        this.said = said;
    }

    /** The state of that name. */
    static Optional<SandboxState> state(String word) {
        return Arrays.stream(SandboxState.values()).filter(s -> s.wire().equals(word)).findFirst();
    }

    private static SandboxRecord saying(SandboxRecord truth, SandboxState state) {
        return new SandboxRecord(
                truth.id(),
                truth.provider(),
                truth.tier(),
                state,
                truth.incarnation(),
                truth.labels(),
                truth.createdAt(),
                truth.lifetime(),
                truth.lastActivityAt(),
                truth.idle(),
                truth.expiresAt(),
                truth.timeLeft(),
                truth.enforced());
    }

    @Override
    public SandboxId id() {
        return real.id();
    }

    @Override
    public SandboxRecord record() {
        SandboxRecord told =
                injection.call(
                        Operation.RECORD,
                        Optional.of(id()),
                        real::record,
                        word -> state(word).map(state -> saying(real.record(), state)));
        return said.map(state -> saying(told, state)).orElse(told);
    }

    @Override
    public void start() {
        injection.run(Operation.RESUME, id(), real::start);
    }

    @Override
    public void stop() {
        injection.run(Operation.STOP, id(), real::stop);
    }

    @Override
    public void pause() {
        injection.run(Operation.PAUSE, id(), real::pause);
    }

    @Override
    public void touch() {
        injection.run(Operation.SET_IDLE, id(), real::touch);
    }

    @Override
    public void setLifetime(Lifetime lifetime) {
        injection.run(Operation.SET_IDLE, id(), () -> real.setLifetime(lifetime));
    }

    @Override
    public SandboxProcess exec(ProcessSpec spec) {
        return process(injection.call(Operation.EXEC, id(), () -> real.exec(spec)));
    }

    private SandboxProcess process(SandboxProcess process) {
        return new FaultyProcess(injection, id(), process);
    }

    @Override
    public Optional<SandboxProcess> process(ProcessId process) {
        return injection
                .call(Operation.LIST_PROCESSES, id(), () -> real.process(process))
                .map(this::process);
    }

    @Override
    public List<SandboxProcess> processes() {
        return injection.call(Operation.LIST_PROCESSES, id(), real::processes).stream()
                .map(this::process)
                .toList();
    }

    @Override
    public Terminal openTerminal(ProcessSpec spec, TerminalSize size) {
        return injection.call(Operation.OPEN_PTY, id(), () -> real.openTerminal(spec, size));
    }

    @Override
    public Optional<Terminal> terminal(ProcessId id) {
        return injection.call(Operation.LIST_PROCESSES, id(), () -> real.terminal(id));
    }

    @Override
    public List<Terminal> terminals() {
        return injection.call(Operation.LIST_PROCESSES, id(), real::terminals);
    }

    @Override
    public FileTree files(String directory) {
        return new FaultyTree(injection, id(), real.files(directory));
    }

    @Override
    public FileWatch watch(String directory) {
        return injection.open(
                Operation.WATCH,
                id(),
                cuts -> new FaultyWatch(injection, real.watch(directory), cuts));
    }

    @Override
    public Checkpoint checkpoint(CheckpointSpec spec) {
        return injection.call(Operation.CHECKPOINT, id(), () -> real.checkpoint(spec));
    }

    @Override
    public List<Checkpoint> checkpoints() {
        return injection.call(Operation.LIST_CHECKPOINTS, id(), real::checkpoints);
    }

    @Override
    public Rollback rollback(CheckpointId to) {
        return injection.call(Operation.ROLLBACK, id(), () -> real.rollback(to));
    }

    @Override
    public void setLabels(Labels labels) {
        injection.run(Operation.SET_LABELS, id(), () -> real.setLabels(labels));
    }

    @Override
    public NetworkPhase network() {
        return injection.call(Operation.RECORD, id(), real::network);
    }

    @Override
    public void setNetwork(NetworkPhase phase) {
        injection.run(Operation.SET_NETWORK, id(), () -> real.setNetwork(phase));
    }

    @Override
    public Relay openRelay(int port, Path socket) {
        return injection.call(Operation.OPEN_RELAY, id(), () -> real.openRelay(port, socket));
    }

    @Override
    public boolean awaitLoss(Deadline deadline) throws InterruptedException {
        return real.awaitLoss(deadline);
    }
}
