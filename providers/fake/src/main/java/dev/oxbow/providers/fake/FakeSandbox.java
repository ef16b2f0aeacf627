package dev.oxbow.providers.fake;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.FileWatch;
import dev.oxbow.sandbox.GuardedTree;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Lifetime;
import dev.oxbow.sandbox.NetworkPhase;
import dev.oxbow.sandbox.NotedTree;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Relay;
import dev.oxbow.sandbox.RenewedWatch;
import dev.oxbow.sandbox.Rollback;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A view of one sandbox of a world, looked up anew at every call. */
final class FakeSandbox implements Sandbox {
    private final FakeWorld world;
    private final SandboxId id;

    FakeSandbox(FakeWorld world, SandboxId id) {
        this.world = world;
        this.id = id;
    }

    private SandboxEntry entry() {
        return world.entry(id)
                .orElseThrow(() ->
                        OxException.of(ErrorCode.SANDBOX_NOT_FOUND, "there is no sandbox %s", id));
    }

    private void require(Capability capability) {
        world.require(capability);
    }

    @Override
    public SandboxId id() {
        return id;
    }

    @Override
    public SandboxRecord record() {
        return entry().record();
    }

    @Override
    public void pause() {
        require(Capability.PAUSE_MEMORY);
        world.fault("pause");
        entry().pause();
    }

    @Override
    public void touch() {
        entry().life().touch();
    }

    @Override
    public void setLifetime(Lifetime lifetime) {
        entry().life().setLifetime(lifetime);
    }

    @Override
    public void start() {
        require(Capability.STOP_RESUME);
        world.fault("start");
        entry().start();
    }

    @Override
    public void stop() {
        require(Capability.STOP_RESUME);
        world.fault("stop");
        entry().stop(SandboxState.STOPPED);
    }

    @Override
    public SandboxProcess exec(ProcessSpec spec) {
        world.fault("exec");
        return entry().exec(spec);
    }

    @Override
    public Optional<SandboxProcess> process(ProcessId process) {
        return entry().process(process);
    }

    @Override
    public List<SandboxProcess> processes() {
        return entry().processes();
    }

    @Override
    public Terminal openTerminal(ProcessSpec spec, TerminalSize size) {
        require(Capability.PTY);
        world.fault("openTerminal");
        return entry().openTerminal(spec, size);
    }

    @Override
    public Optional<Terminal> terminal(ProcessId terminal) {
        require(Capability.PTY_REPLAY);
        return entry().terminal(terminal);
    }

    @Override
    public List<Terminal> terminals() {
        require(Capability.PTY_REPLAY);
        return entry().terminals();
    }

    @Override
    public FileTree files(String directory) {
        world.fault("files");
        SandboxEntry entry = entry();
        int incarnation = entry.record().incarnation();
        return new NotedTree(
                new GuardedTree(entry.place().files(directory), () -> refuseUnless(incarnation)),
                entry.life()::note);
    }

    private void refuseUnless(int incarnation) {
        if (entry().record().incarnation() != incarnation) {
            throw GuardedTree.outdated(id());
        }
    }

    @Override
    public FileWatch watch(String directory) {
        require(Capability.FILES_WATCH);
        world.fault("watch");
        return new RenewedWatch<>(new WatchedPlace(this::entry, directory));
    }

    @Override
    public Checkpoint checkpoint(CheckpointSpec spec) {
        require(Capability.SNAPSHOT_FS);
        world.fault("checkpoint");
        SandboxEntry entry = entry();
        return world.checkpoints().take(spec, id, () -> entry.checkpoint(spec)).checkpoint();
    }

    @Override
    public List<Checkpoint> checkpoints() {
        require(Capability.SNAPSHOT_FS);
        world.fault("checkpoints");
        SandboxId unusedMustExist = entry().id();
        return world.checkpoints().list().stream().filter(c -> c.sandbox().equals(id)).toList();
    }

    @Override
    public Rollback rollback(CheckpointId to) {
        require(Capability.ROLLBACK_INPLACE);
        world.fault("rollback");
        SandboxEntry entry = entry();
        FakeCheckpoints.Kept kept = world.checkpoints().require(to);
        if (!kept.checkpoint().sandbox().equals(id)
                && !entry.spec().from().equals(Optional.of(to))) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "checkpoint %s is not of sandbox %s and not what it was forked from",
                    to,
                    id);
        }
        return entry.rollback(kept);
    }

    @Override
    public void setLabels(Labels labels) {
        entry().setLabels(labels);
    }

    @Override
    public NetworkPhase network() {
        return entry().network();
    }

    @Override
    public void setNetwork(NetworkPhase phase) {
        require(Capability.NET_SWITCH_LIVE);
        world.fault("setNetwork");
        entry().setNetwork(phase);
    }

    @Override
    public Relay openRelay(int port, Path socket) {
        require(Capability.NET_RELAY);
        world.fault("openRelay");
        return entry().openRelay(port, socket);
    }

    @Override
    public boolean awaitLoss(Deadline deadline) throws InterruptedException {
        Optional<SandboxEntry> entry = world.entry(id);
        return entry.isEmpty() || entry.get().awaitLoss(deadline);
    }
}
