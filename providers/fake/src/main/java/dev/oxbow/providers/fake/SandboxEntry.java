package dev.oxbow.providers.fake;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.NetworkPhase;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Relay;
import dev.oxbow.sandbox.Rollback;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import dev.oxbow.sandbox.Tier;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** All that a world knows of one sandbox. */
final class SandboxEntry {
    private final FakeWorld world;
    private final SandboxSpec spec;
    private final Instant createdAt;
    private final Place place;
    private final Life life;

    /** Guards what is below; never held while a process ends or is written to. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Map<ProcessId, FakeProcess> processes = new LinkedHashMap<>();
    private final Map<Integer, FakeRelay> relays = new TreeMap<>();
    private final Map<ProcessId, HostTerminal> terminals = new LinkedHashMap<>();
    private SandboxState state = SandboxState.READY;
    private int incarnation = 1;
    private Labels labels;
    private Optional<CheckpointId> base;
    private NetworkPhase network = NetworkPhase.AGENT;
    private boolean lost;

    SandboxEntry(FakeWorld world, SandboxSpec spec, Instant createdAt, Place place) {
        this.world = world;
        this.spec = spec;
        this.createdAt = createdAt;
        this.place = place;
        this.labels = spec.labels();
        this.base = spec.from();
        this.life = new Life(spec.lifetime(), world::nanos);
    }

    SandboxId id() {
        return spec.id();
    }

    SandboxSpec spec() {
        return spec;
    }

    Instant createdAt() {
        return createdAt;
    }

    Place place() {
        return place;
    }

    SandboxRecord record() {
        lock.lock();
        try {
            boolean busy =
                    processes.values().stream().anyMatch(p -> p.exit().isEmpty())
                            || terminals.values().stream().anyMatch(t -> t.exit().isEmpty());
            boolean working = state == SandboxState.READY && busy;
            Duration idle = working ? Duration.ZERO : life.idle();
            Instant now = world.now();
            Optional<Duration> left = life.timeLeft();
            return new SandboxRecord(
                    spec.id(),
                    world.name(),
                    Tier.PROCESS,
                    working ? SandboxState.BUSY : state,
                    incarnation,
                    labels,
                    createdAt,
                    life.lifetime(),
                    now.minus(idle),
                    idle,
                    left.map(now::plus),
                    left,
                    List.of(new Enforcement("walls", false, "none: a fake for tests")));
        } finally {
            lock.unlock();
        }
    }

    void setLabels(Labels value) {
        lock.lock();
        try {
            labels = value;
        } finally {
            lock.unlock();
        }
    }

    boolean hasLabels(Labels selector) {
        lock.lock();
        try {
            return labels.matches(selector);
        } finally {
            lock.unlock();
        }
    }

    void start() {
        lock.lock();
        try {
            use();
            if (state == SandboxState.STOPPED) {
                state = SandboxState.READY;
                incarnation++;
                lost = false;
            }
        } finally {
            lock.unlock();
        }
    }

    Life life() {
        return life;
    }

    /** Lets all programs stand where they next say something. */
    void pause() {
        lock.lock();
        try {
            if (state != SandboxState.PAUSED) {
                requireReady();
                state = SandboxState.PAUSED;
                life.stand(true);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: lets a paused sandbox go on, and notes that it is used. */
    private void use() {
        life.note();
        if (state == SandboxState.PAUSED) {
            state = SandboxState.READY;
            life.stand(false);
        }
    }

    private void requireReady() {
        if (!state.acceptsCommands()) {
            throw OxException.of(
                    ErrorCode.CONTAINER_UNAVAILABLE,
                    "sandbox %s is %s and takes no command",
                    spec.id(),
                    state.wire());
        }
    }

    /** As {@link #use}, by who holds a process of it. */
    private void used() {
        lock.lock();
        try {
            use();
        } finally {
            lock.unlock();
        }
    }

    /** Copies the files as they are now. */
    FakeCheckpoints.Kept checkpoint(CheckpointSpec wanted) {
        Place.Image image = place.save(wanted.id());
        lock.lock();
        try {
            Checkpoint taken =
                    new Checkpoint(
                            wanted.id(),
                            id(),
                            base,
                            world.clock().instant(),
                            Optional.of(image.bytes()),
                            wanted.name(),
                            Checkpoint.Kind.FILESYSTEM);
            base = Optional.of(wanted.id());
            return new FakeCheckpoints.Kept(wanted, taken, image);
        } finally {
            lock.unlock();
        }
    }

    Rollback rollback(FakeCheckpoints.Kept to) {
        CheckpointId id = to.checkpoint().id();
        List<ProcessId> running =
                processes().stream()
                        .filter(p -> p.exit().isEmpty())
                        .map(SandboxProcess::id)
                        .toList();
        stop(SandboxState.STOPPED);
        place.restore(to.image());
        start();
        lock.lock();
        try {
            base = Optional.of(id);
            return new Rollback(id, incarnation, running);
        } finally {
            lock.unlock();
        }
    }

    /** Ends everything that runs, keeping the files. */
    void stop(SandboxState next) {
        List<FakeProcess> running;
        List<FakeRelay> open;
        List<HostTerminal> shown;
        lock.lock();
        try {
            if (state == SandboxState.STOPPED && next == SandboxState.STOPPED) {
                return;
            }
            state = next == SandboxState.STOPPED ? SandboxState.STOPPING : next;
            running = new ArrayList<>(processes.values());
            open = new ArrayList<>(relays.values());
            shown = new ArrayList<>(terminals.values());
        } finally {
            lock.unlock();
        }
        life.stand(false);
        open.forEach(FakeRelay::close);
        try {
            for (HostTerminal terminal : shown) {
                terminal.lose();
            }
            for (FakeProcess process : running) {
                process.lose();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(
                    ErrorCode.OPERATION_INTERRUPTED, "stopping %s was interrupted", spec.id());
        }
        lock.lock();
        try {
            state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets it die as by a crash of the machine. */
    void lose() {
        lock.lock();
        try {
            lost = true;
        } finally {
            lock.unlock();
        }
        stop(SandboxState.STOPPED);
    }

    SandboxProcess exec(ProcessSpec wanted) {
        lock.lock();
        try {
            FakeProcess known = processes.get(wanted.id());
            if (known != null) {
                if (known.isFrom(wanted)) {
                    use();
                    return known;
                }
                throw reused(wanted.id());
            }
            if (terminals.containsKey(wanted.id())) {
                throw reused(wanted.id());
            }
            use();
            requireReady();
            Spool spool = new Spool(world.retention().bytes(), life::pass);
            Execution execution =
                    world.program(wanted.argv().getFirst())
                            .<Execution>map(p -> new ProgramExecution(wanted, p, this, spool))
                            .orElseGet(() -> place.start(wanted, spool));
            FakeProcess process = new FakeProcess(wanted, spool, execution, this::used, life::note);
            processes.put(wanted.id(), process);
            return process;
        } finally {
            lock.unlock();
        }
    }

    Terminal openTerminal(ProcessSpec wanted, TerminalSize size) {
        lock.lock();
        try {
            HostTerminal known = terminals.get(wanted.id());
            if (known != null && known.isFrom(wanted)) {
                return known;
            }
            if (known != null || processes.containsKey(wanted.id())) {
                throw reused(wanted.id());
            }
            use();
            requireReady();
            Spool spool = new Spool(world.retention().bytes(), life::pass);
            HostTerminal terminal = place.openTerminal(wanted, size, spool, this::used, life::note);
            terminals.put(wanted.id(), terminal);
            return terminal;
        } finally {
            lock.unlock();
        }
    }

    private static OxException reused(ProcessId id) {
        return OxException.of(
                ErrorCode.IDEMPOTENCY_KEY_REUSED, "%s was started with another command", id);
    }

    Optional<Terminal> terminal(ProcessId id) {
        lock.lock();
        try {
            return Optional.ofNullable(terminals.get(id));
        } finally {
            lock.unlock();
        }
    }

    List<Terminal> terminals() {
        lock.lock();
        try {
            return List.copyOf(terminals.values());
        } finally {
            lock.unlock();
        }
    }

    Optional<SandboxProcess> process(ProcessId id) {
        lock.lock();
        try {
            return Optional.ofNullable(processes.get(id));
        } finally {
            lock.unlock();
        }
    }

    List<SandboxProcess> processes() {
        lock.lock();
        try {
            return List.copyOf(processes.values());
        } finally {
            lock.unlock();
        }
    }

    NetworkPhase network() {
        lock.lock();
        try {
            return network;
        } finally {
            lock.unlock();
        }
    }

    void setNetwork(NetworkPhase phase) {
        List<FakeRelay> open;
        lock.lock();
        try {
            open = network == phase ? List.of() : new ArrayList<>(relays.values());
            network = phase;
        } finally {
            lock.unlock();
        }
        open.forEach(FakeRelay::close);
    }

    Relay openRelay(int port, Path socket) {
        if (port < 1024 || port > 65535) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "port %d is not between 1024 and 65535", port);
        }
        lock.lock();
        try {
            use();
            requireReady();
            if (network == NetworkPhase.OFFLINE) {
                throw OxException.of(ErrorCode.EGRESS_DENIED, "sandbox %s is offline", spec.id());
            }
            FakeRelay known = relays.get(port);
            if (known != null && known.leadsTo(socket)) {
                return known;
            }
            if (known != null) {
                throw OxException.of(
                        ErrorCode.IDEMPOTENCY_KEY_REUSED, "port %d leads to another socket", port);
            }
            FakeRelay relay =
                    FakeRelay.open(port, socket, place.onHost("/tmp").isPresent(), this::closed);
            relays.put(port, relay);
            return relay;
        } finally {
            lock.unlock();
        }
    }

    private void closed(FakeRelay relay) {
        lock.lock();
        try {
            relays.remove(relay.port(), relay);
        } finally {
            lock.unlock();
        }
    }

    /** Connects a program inside to a port of the sandbox. */
    SocketChannel connect(int port) throws IOException {
        FakeRelay relay;
        lock.lock();
        try {
            relay = relays.get(port);
        } finally {
            lock.unlock();
        }
        if (relay == null) {
            throw new IOException("connection refused: nothing listens on port " + port);
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(relay.socket()));
            return relay.owning(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    boolean awaitLoss(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!lost && stands() && !deadline.expired()) {
                boolean unusedSignal =
                        changed.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            }
            return !stands();
        } finally {
            lock.unlock();
        }
    }

    private boolean stands() {
        return state.acceptsCommands() || state == SandboxState.PAUSED;
    }
}
