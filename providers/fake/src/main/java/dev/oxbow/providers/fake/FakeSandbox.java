package dev.oxbow.providers.fake;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Relay;
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
        if (!world.capabilities().contains(capability)) {
            throw capability.refusedBy(FakeProvider.NAME);
        }
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
    public FileTree files(String directory) {
        world.fault("files");
        return entry().place().files(directory);
    }

    @Override
    public void setLabels(Labels labels) {
        entry().setLabels(labels);
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
