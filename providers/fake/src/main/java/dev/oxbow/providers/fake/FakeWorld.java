package dev.oxbow.providers.fake;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/**
 * The machine on which fake sandboxes live: shared by any number of {@link FakeProvider} objects,
 * which come and go without it. Safe for concurrent use.
 *
 * <pre>{@code
 * try (FakeWorld world = FakeWorld.onDirectory(temp)) {
 *     SandboxProvider first = new FakeProvider(world);
 *     Sandbox sandbox = first.create(SandboxSpec.of(SandboxId.next()));
 *     first.close();
 *     new FakeProvider(world).get(sandbox.id()); // found again
 * }
 * }</pre>
 */
public final class FakeWorld implements AutoCloseable {
    private static final ByteSize RETENTION = ByteSize.mebibytes(64);

    /** What there is code for here; a world may lack some of it. */
    private static final Set<Capability> BUILT =
            Set.of(
                    Capability.EXEC_CURSOR,
                    Capability.PTY,
                    Capability.PTY_REPLAY,
                    Capability.FILES_STREAM,
                    Capability.FILES_WATCH,
                    Capability.STOP_RESUME,
                    Capability.SNAPSHOT_FS,
                    Capability.ROLLBACK_INPLACE,
                    Capability.FORK_RUNNING,
                    Capability.PAUSE_MEMORY,
                    Capability.LABELS_FILTER,
                    Capability.NET_DENY,
                    Capability.NET_RELAY,
                    Capability.NET_SWITCH_LIVE);

    private final BiFunction<FakeWorld, SandboxSpec, Place> places;
    private final Set<Capability> lacking;
    private final Set<Capability> claimed = EnumSet.noneOf(Capability.class);
    private final Map<SandboxId, CompletableFuture<SandboxEntry>> sandboxes =
            new ConcurrentHashMap<>();
    private final FakeCheckpoints checkpoints = new FakeCheckpoints();
    private final Map<String, FakeProgram> programs = new ConcurrentHashMap<>();
    private final Map<String, Queue<Runnable>> faults = new ConcurrentHashMap<>();
    private volatile ByteSize retention = RETENTION;
    private final AtomicLong passed = new AtomicLong();
    private volatile Clock clock = Clock.systemUTC();
    private volatile String name = FakeProvider.NAME;

    private FakeWorld(BiFunction<FakeWorld, SandboxSpec, Place> places, Set<Capability> lacking) {
        this.places = places;
        this.lacking = EnumSet.copyOf(lacking);
    }

    /**
     * A world whose sandboxes are in memory: files with their modes, links and times, and programs
     * that understand what tests need of {@code sh} and the usual small commands. Nothing of the
     * host is touched but the directories that a sandbox is to show, which are copied.
     */
    public static FakeWorld inMemory() {
        return new FakeWorld(
                (world, spec) ->
                        new MemoryPlace(
                                world.clock, spec.readOnly(), port -> world.dial(spec.id(), port)),
                EnumSet.of(Capability.PTY));
    }

    /**
     * A world whose sandboxes are directories of the host and whose commands are the host's own
     * programs, run as the current user and <b>without any walls</b>: for tests with trusted
     * programs only, such as real {@code git} on a fake sandbox.
     *
     * <p>Arguments and environment values that name a directory of the sandbox ({@code /workspace},
     * {@code /home/agent}, {@code /tmp}, the read-only ones) are rewritten to where it really is;
     * output shows the real paths. A relay takes the port on the host's own loopback.
     *
     * @param root an existing directory of the host, with room for all sandboxes
     */
    public static FakeWorld onDirectory(Path root) {
        Path real;
        try {
            real = Files.createDirectories(root).toRealPath();
        } catch (IOException e) {
            throw OxException.of(ErrorCode.PROVIDER_UNAVAILABLE, "cannot use directory %s", root)
                    .causedBy(e);
        }
        return new FakeWorld(
                (_, spec) -> new HostPlace(real.resolve(spec.id().value()), spec.readOnly()),
                EnumSet.of(Capability.NET_DENY, Capability.PAUSE_MEMORY));
    }

    /**
     * Adds a program written in Java. It is run instead of any other program of that name, also of
     * the host's.
     *
     * @param name last component of the program's path
     * @return this world
     */
    public FakeWorld program(String name, FakeProgram program) {
        programs.put(name, program);
        return this;
    }

    /** Declares a lack before the first provider is made. Its operations are then refused. */
    public FakeWorld without(Capability capability) {
        lacking.add(capability);
        return this;
    }

    /**
     * Says that checkpoints cost next to nothing, which copies of the few files of a test do; for
     * tests of what rests on that.
     */
    public FakeWorld withCheapCheckpoints() {
        claimed.add(Capability.CHECKPOINT_FAST);
        return this;
    }

    /** How much of each output stream is kept; 64 MiB unless set. */
    public FakeWorld retain(ByteSize perStream) {
        retention = perStream;
        return this;
    }

    /** The name of its providers; {@code fake} unless set. */
    public FakeWorld named(String value) {
        name = value;
        return this;
    }

    String name() {
        return name;
    }

    /** The clock that creation times are read from; the system's unless set. */
    public FakeWorld clock(Clock value) {
        clock = value;
        return this;
    }

    /**
     * Lets time pass for the sandboxes' idleness and lives, whatever {@link #clock} shows. Nothing
     * else waits for it.
     */
    public FakeWorld pass(Duration time) {
        passed.addAndGet(time.toNanos());
        return this;
    }

    long nanos() {
        return System.nanoTime() + passed.get();
    }

    Instant now() {
        return clock.instant();
    }

    /**
     * Runs something at the next call of an operation, before it has any effect; what it throws,
     * the operation throws. Several calls are served in turn.
     *
     * @param operation {@code create}, {@code get}, {@code list}, {@code destroy}, {@code start},
     *     {@code stop}, {@code pause}, {@code exec}, {@code files}, {@code openRelay}, {@code
     *     openTerminal}, {@code checkpoint}, {@code rollback}, {@code checkpoints} or {@code
     *     deleteCheckpoint}
     */
    public FakeWorld onNext(String operation, Runnable fault) {
        Queue<Runnable> queue = faults.computeIfAbsent(operation, _ -> new ArrayDeque<>());
        synchronized (queue) {
            queue.add(fault);
        }
        return this;
    }

    /** Lets the next call of an operation fail with that code and without effect. */
    public FakeWorld failNext(String operation, ErrorCode code) {
        return onNext(
                operation,
                () -> {
                    throw OxException.of(code, "fake sandbox %s failed: as told", operation);
                });
    }

    /** Lets a sandbox crash: all its processes are gone, its files stay. */
    public void lose(SandboxId id) {
        entry(id).ifPresent(SandboxEntry::lose);
    }

    /** How many processes run in all sandboxes together. */
    public int runningProcesses() {
        return entries().stream()
                .mapToInt(entry ->
                        (int) entry.processes().stream().filter(p -> p.exit().isEmpty()).count())
                .sum();
    }

    /** Destroys every sandbox and deletes every checkpoint. */
    @Override
    public void close() {
        entries().forEach(entry -> destroy(entry.id()));
        checkpoints.list().forEach(checkpoint -> checkpoints.delete(checkpoint.id()));
    }

    Set<Capability> capabilities() {
        Set<Capability> all = EnumSet.copyOf(BUILT);
        all.addAll(claimed);
        for (Capability lack : lacking) {
            all = Capability.without(all, lack);
        }
        return Set.copyOf(all);
    }

    private Optional<SocketChannel> dial(SandboxId id, int port) {
        try {
            return Optional.of(entry(id).orElseThrow().connect(port));
        } catch (IOException refused) {
            return Optional.empty();
        }
    }

    ByteSize retention() {
        return retention;
    }

    void fault(String operation) {
        Queue<Runnable> queue = faults.get(operation);
        if (queue != null) {
            Runnable next;
            synchronized (queue) {
                next = queue.poll();
            }
            if (next != null) {
                next.run();
            }
        }
    }

    Optional<FakeProgram> program(String argv0) {
        return Optional.ofNullable(programs.get(argv0.substring(argv0.lastIndexOf('/') + 1)));
    }

    SandboxEntry create(SandboxSpec spec) {
        CompletableFuture<SandboxEntry> mine = new CompletableFuture<>();
        CompletableFuture<SandboxEntry> first = sandboxes.putIfAbsent(spec.id(), mine);
        if (first == null) {
            try {
                fault("create");
                mine.complete(make(spec));
            } catch (RuntimeException | Error e) {
                sandboxes.remove(spec.id(), mine);
                mine.completeExceptionally(e);
                throw e;
            }
            first = mine;
        }
        SandboxEntry entry = joined(first);
        if (!entry.spec().equals(spec)) {
            throw OxException.of(
                    ErrorCode.IDEMPOTENCY_KEY_REUSED,
                    "sandbox %s exists with another specification",
                    spec.id());
        }
        return entry;
    }

    private SandboxEntry make(SandboxSpec spec) {
        spec.from().ifPresent(_ -> require(Capability.FORK_RUNNING));
        Optional<FakeCheckpoints.Kept> from = spec.from().map(checkpoints::require);
        Place place = places.apply(this, spec);
        boolean done = false;
        try {
            from.ifPresent(kept -> place.restore(kept.image()));
            done = true;
            return new SandboxEntry(this, spec, clock.instant(), place);
        } finally {
            if (!done) {
                place.remove();
            }
        }
    }

    void require(Capability capability) {
        if (!capabilities().contains(capability)) {
            throw capability.refusedBy(FakeProvider.NAME);
        }
    }

    FakeCheckpoints checkpoints() {
        return checkpoints;
    }

    Clock clock() {
        return clock;
    }

    /** What a computation of somebody gave; its failure, if it failed. */
    static <T> T joined(CompletableFuture<T> creation) {
        try {
            return creation.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof OxException typed) {
                throw OxException.of(typed.code(), "%s", typed.getMessage()).causedBy(e);
            }
            throw e;
        }
    }

    Optional<SandboxEntry> entry(SandboxId id) {
        return Optional.ofNullable(sandboxes.get(id)).map(FakeWorld::joined);
    }

    /** Oldest first. */
    List<SandboxEntry> entries() {
        List<SandboxEntry> all = new ArrayList<>();
        for (CompletableFuture<SandboxEntry> creation : sandboxes.values()) {
            if (creation.isDone() && !creation.isCompletedExceptionally()) {
                all.add(creation.join());
            }
        }
        all.sort(
                Comparator.comparing(SandboxEntry::createdAt)
                        .thenComparing(entry -> entry.id().value()));
        return all;
    }

    void destroy(SandboxId id) {
        entry(id)
                .ifPresent(entry -> {
                    entry.stop(SandboxState.DESTROYING);
                    entry.place().remove();
                    sandboxes.remove(id);
                });
    }
}
