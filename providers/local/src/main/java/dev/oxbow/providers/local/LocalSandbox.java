package dev.oxbow.providers.local;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.BootTime;
import dev.oxbow.posix.LockFile;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.FileWatch;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A view of one sandbox; all it knows is read from its folder at each call. */
final class LocalSandbox implements Sandbox {
    private final Site site;
    private final SandboxId id;
    private final SandboxFolder folder;
    private final SandboxStore store;
    private final Workings workings;
    private final Lifecycle lifecycle;
    private final Parking parking;
    private final Commands commands;
    private final Commands terminals;
    private final StoredNetwork network;

    LocalSandbox(Workings workings, SandboxId id) {
        this.workings = workings;
        this.site = workings.site();
        this.id = id;
        this.folder = site.folder(id);
        this.store = new SandboxStore(folder.record());
        this.lifecycle = workings.lifecycle();
        this.parking = new Parking(site, lifecycle);
        this.commands = Commands.processes(site, folder, () -> parking.use(id));
        this.network = new StoredNetwork(folder);
        this.terminals = Commands.terminals(site, folder, () -> parking.use(id));
    }

    @Override
    public SandboxId id() {
        return id;
    }

    private StoredSandbox stored() {
        return store.read().orElseThrow(() -> Lifecycle.notFound(id));
    }

    @Override
    public SandboxRecord record() {
        StoredSandbox s = stored();
        SandboxState state = state(s);
        StoredLife life = StoredLife.read(folder.life());
        BootTime now = BootTime.now();
        Duration idle = idle(state, life, now);
        Instant wall = Instant.now();
        Optional<Duration> left = life.timeLeft(now);
        return new SandboxRecord(
                id,
                LocalProvider.NAME,
                s.builtAs(),
                state,
                s.incarnation(),
                s.labels(),
                s.createdAt(),
                life.now(),
                wall.minus(idle),
                idle,
                left.map(wall::plus),
                left,
                s.enforced());
    }

    /** Only what has surely passed: nothing noted means since the lifetime was. */
    private Duration idle(SandboxState state, StoredLife life, BootTime now) {
        return state == SandboxState.BUSY
                ? Duration.ZERO
                : folder.activity().last().orElse(life.since()).atLeastUntil(now);
    }

    private SandboxState state(StoredSandbox s) {
        return switch (s.state()) {
            case READY, BUSY -> {
                if (!s.held()) {
                    yield SandboxState.STOPPED;
                }
                yield commands.anyRunning() || terminals.anyRunning()
                        ? SandboxState.BUSY
                        : SandboxState.READY;
            }
            // Whoever makes it holds the lock; without one it was left half made.
            case CREATING ->
                    lifecycle.beingChanged(id) ? SandboxState.CREATING : SandboxState.FAILED;
            case STARTING, STOPPING -> s.held() ? SandboxState.READY : SandboxState.STOPPED;
            case PAUSED -> s.held() ? SandboxState.PAUSED : SandboxState.STOPPED;
            case STOPPED, ARCHIVED, DEGRADED, FAILED, DESTROYING, DESTROYED -> s.state();
        };
    }

    @Override
    public void start() {
        workings.checkpoints().settle(id);
        lifecycle.start(id);
    }

    @Override
    public void stop() {
        workings.checkpoints().settle(id);
        lifecycle.stop(id);
    }

    @Override
    public void pause() {
        parking.pause(id);
    }

    @Override
    public void touch() {
        parking.touch(id);
    }

    @Override
    public void setLifetime(Lifetime lifetime) {
        parking.setLifetime(id, lifetime);
    }

    /** A sandbox that takes commands, woken if need be, with the use noted. */
    private StoredSandbox ready() {
        StoredSandbox s = stored();
        Deadline deadline = site.patience();
        // Somebody else may pause it again at once.
        while (s.state() == SandboxState.PAUSED && s.held() && !deadline.expired()) {
            parking.wake(id);
            s = stored();
        }
        return used(s);
    }

    /** The same if it takes commands, with the use noted. */
    private StoredSandbox used(StoredSandbox s) {
        folder.activity().note();
        boolean takes = s.state() == SandboxState.READY || s.state() == SandboxState.STARTING;
        if (!takes || !s.held()) {
            throw OxException.of(
                            ErrorCode.CONTAINER_UNAVAILABLE,
                            "sandbox %s takes no command: it is %s",
                            id,
                            state(s).wire())
                    .with("sandboxId", id.value())
                    .suggest("Start it first.");
        }
        return s;
    }

    @Override
    public SandboxProcess exec(ProcessSpec spec) {
        return start(commands, terminals, spec, Optional.empty());
    }

    private LocalProcess start(
            Commands kind, Commands other, ProcessSpec spec, Optional<TerminalSize> size) {
        try (Steady steady = steady()) {
            return started(steady.sandbox(), kind, other, spec, size);
        }
    }

    private LocalProcess started(
            StoredSandbox sandbox,
            Commands kind,
            Commands other,
            ProcessSpec spec,
            Optional<TerminalSize> size) {
        if (other.find(spec.id()).isPresent()) {
            throw OxException.of(
                            ErrorCode.IDEMPOTENCY_KEY_REUSED,
                            "%s is a %s already",
                            spec.id(),
                            size.isPresent() ? "process" : "terminal")
                    .with("processId", spec.id().value());
        }
        Optional<LocalProcess> existing = kind.find(spec.id());
        return existing.isPresent()
                ? kind.again(existing.get(), spec, size, () -> used(sandbox))
                : kind.start(used(sandbox), spec, size);
    }

    /**
     * A sandbox in which something may be started. As long as this is held nothing is begun and
     * left undone with the files, and nobody pauses it: a pause comes before a start, which then
     * wakes it, or behind, and freezes the command.
     */
    private record Steady(StoredSandbox sandbox, LockFile lock) implements AutoCloseable {
        @Override
        public void close() {
            lock.close();
        }
    }

    private Steady steady() {
        UseLocks use = new UseLocks(folder, site.config().patience());
        while (true) {
            StoredSandbox unusedMustExist = stored();
            LockFile starting = use.starting();
            boolean steady = false;
            try {
                StoredSandbox now = stored();
                boolean paused = now.state() == SandboxState.PAUSED && now.held();
                steady = !paused && folder.stack().change().isEmpty();
                if (steady) {
                    return new Steady(now, starting);
                }
            } finally {
                if (!steady) {
                    starting.close();
                }
            }
            // Not with the lock held: to wake it takes the one that is held by who waits for this.
            parking.wake(id);
            workings.checkpoints().settle(id);
        }
    }

    @Override
    public Optional<SandboxProcess> process(ProcessId process) {
        StoredSandbox unusedMustExist = stored();
        return commands.find(process).map(p -> p);
    }

    @Override
    public List<SandboxProcess> processes() {
        StoredSandbox unusedMustExist = stored();
        return List.copyOf(commands.list());
    }

    @Override
    public Terminal openTerminal(ProcessSpec spec, TerminalSize size) {
        return terminal(start(terminals, commands, spec, Optional.of(size)));
    }

    @Override
    public Optional<Terminal> terminal(ProcessId terminal) {
        StoredSandbox unusedMustExist = stored();
        return terminals.find(terminal).map(this::terminal);
    }

    @Override
    public List<Terminal> terminals() {
        StoredSandbox unusedMustExist = stored();
        return terminals.list().stream().<Terminal>map(this::terminal).toList();
    }

    private Terminal terminal(LocalProcess command) {
        return new LocalTerminal(command, site.config().patience());
    }

    @Override
    public FileTree files(String directory) {
        return new NotedTree(
                new SandboxFiles(workings, id).open(directory), new Throttled(folder.activity()));
    }

    @Override
    public FileWatch watch(String directory) {
        SandboxFiles files = new SandboxFiles(workings, id);
        return new RenewedWatch<>(new WatchedFiles(id, folder, files, directory));
    }

    @Override
    public Checkpoint checkpoint(CheckpointSpec spec) {
        ProcessTier.require(stored(), Capability.SNAPSHOT_FS);
        return workings.checkpoints().take(id, spec);
    }

    @Override
    public List<Checkpoint> checkpoints() {
        ProcessTier.require(stored(), Capability.SNAPSHOT_FS);
        return workings.checkpoints().of(id);
    }

    @Override
    public Rollback rollback(CheckpointId to) {
        ProcessTier.require(stored(), Capability.ROLLBACK_INPLACE);
        return workings.rollbacks().rollback(id, to);
    }

    @Override
    public void setLabels(Labels labels) {
        lifecycle.setLabels(id, labels);
    }

    @Override
    public NetworkPhase network() {
        StoredSandbox unusedMustExist = stored();
        return network.phase();
    }

    @Override
    public void setNetwork(NetworkPhase phase) {
        ProcessTier.require(stored(), Capability.NET_SWITCH_LIVE);
        try (LockFile _ = site.locks().hold(id)) {
            StoredSandbox s = Lifecycle.existing(folder, id);
            network.enter(phase, s.holder(), site.patience());
        }
    }

    @Override
    public Relay openRelay(int port, Path socket) {
        if (port < 1024 || port > 65_535) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "port %d is not between 1024 and 65535", port);
        }
        ProcessTier.require(stored(), Capability.NET_RELAY);
        StoredSandbox s = ready();
        try (LockFile _ = site.locks().hold(id)) {
            network.refuseIfOffline(id);
            return SocatRelay.open(site, folder, s, port, socket.toAbsolutePath().normalize());
        }
    }

    @Override
    public boolean awaitLoss(Deadline deadline) throws InterruptedException {
        Waiting waiting = new Waiting();
        while (true) {
            Optional<StoredSandbox> now = StoredSandbox.read(folder.record());
            if (now.isEmpty() || !now.get().held()) {
                return true;
            }
            // Only the holder is watched closely; the record is read again now and then.
            Deadline look = deadline.orIn(java.time.Duration.ofSeconds(1));
            while (!look.expired() && now.get().held()) {
                waiting.nap(look);
            }
            if (deadline.expired()) {
                return !now.get().held();
            }
        }
    }
}
