package dev.oxbow.providers.local;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.Garbage;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Tier;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Sandboxes on this machine, by Linux namespaces. Works as root, where each sandbox gets a user id
 * of its own, and as an ordinary user; needs no daemon.
 *
 * <pre>{@code
 * try (SandboxProvider local = new LocalProvider(LocalConfig.of(Path.of("/var/lib/oxbow")))) {
 *     Sandbox sandbox = local.create(SandboxSpec.of(SandboxId.next()));
 *     SandboxProcess process = sandbox.exec(ProcessSpec.of("make", "test"));
 * }
 * }</pre>
 */
public final class LocalProvider implements SandboxProvider {
    static final String NAME = "local";

    private static final Set<Tier> TIERS = Set.of(Tier.PROCESS, Tier.NAMESPACE);

    private static final LayerJoining.Limits USUAL = LayerJoining.Limits.USUAL;

    private final Tier tier;
    private final Site site;
    private final Workings workings;
    private final Lifecycle lifecycle;

    /**
     * A provider on a data folder, which is made if absent. Several may use one folder, in any
     * number of processes.
     *
     * @throws OxException {@code PROVIDER_UNAVAILABLE} if the folder cannot be used
     */
    public LocalProvider(LocalConfig config) {
        this(Tier.NAMESPACE, config, LocalWall.ALL, USUAL, CrashPoint.Listener.NONE);
    }

    /**
     * One whose sandboxes have no walls unless some are asked for: {@link Tier#PROCESS}. It sees
     * the sandboxes of the others on that folder.
     */
    public static LocalProvider withoutWalls(LocalConfig config) {
        return new LocalProvider(
                Tier.PROCESS, config, LocalWall.ALL, USUAL, CrashPoint.Listener.NONE);
    }

    /** The same without some of the walls, to show what they are good for. */
    LocalProvider(LocalConfig config, Set<LocalWall> walls) {
        this(Tier.NAMESPACE, config, walls, USUAL, CrashPoint.Listener.NONE);
    }

    /** One that joins layers earlier or later. */
    LocalProvider(LocalConfig config, LayerJoining.Limits limits) {
        this(Tier.NAMESPACE, config, LocalWall.ALL, limits, CrashPoint.Listener.NONE);
    }

    /** One whose process may die. */
    LocalProvider(LocalConfig config, CrashPoint.Listener crash) {
        this(Tier.NAMESPACE, config, LocalWall.ALL, USUAL, crash);
    }

    private LocalProvider(
            Tier tier,
            LocalConfig config,
            Set<LocalWall> walls,
            LayerJoining.Limits limits,
            CrashPoint.Listener crash) {
        this.tier = tier;
        site = Site.open(config, walls);
        workings = Workings.of(site, limits, crash);
        lifecycle = workings.lifecycle();
    }

    /** Joins layers of a sandbox now, however few they are. */
    void join(SandboxId id) {
        workings.layering().joining().join(id);
    }

    /** Whether the kernel has a Landlock that its commands are bound to. */
    boolean fenced() {
        return site.launcher().confinement().landlock() > 0;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities(tier);
    }

    @Override
    public Set<Capability> capabilities(Tier of) {
        return of.isolates() ? all() : ProcessTier.capabilities(all());
    }

    private Set<Capability> all() {
        EnumSet<Capability> all =
                EnumSet.of(
                        Capability.EXEC_DURABLE,
                        Capability.EXEC_CURSOR,
                        Capability.PTY,
                        Capability.PTY_REPLAY,
                        Capability.FILES_STREAM,
                        Capability.FILES_WATCH,
                        Capability.STOP_RESUME,
                        Capability.PAUSE_MEMORY,
                        Capability.LABELS_FILTER,
                        Capability.NET_DENY,
                        Capability.NET_RELAY,
                        Capability.NET_SWITCH_LIVE);
        if (site.groups().mechanisms().containsKey("memory")) {
            // Elsewhere a limit on each process makes allocations fail; nobody is killed or tells.
            all.add(Capability.OOM_SIGNAL);
        }
        all.addAll(workings.layering().support().capabilities());
        return all;
    }

    @Override
    public Tier tier() {
        return tier;
    }

    @Override
    public Set<Tier> tiers() {
        return TIERS;
    }

    @Override
    public List<Finding> examine() {
        return new Examination(workings).findings();
    }

    @Override
    public Sandbox create(SandboxSpec spec) {
        Tier wanted = spec.tier().orElse(tier);
        Tier built = wanted.among(TIERS).orElseThrow(() -> wanted.refusedBy(NAME, TIERS));
        if (spec.from().isPresent()) {
            require(built, Capability.FORK_RUNNING);
        }
        lifecycle.create(spec, built);
        return view(spec.id());
    }

    private void require(Tier of, Capability capability) {
        if (!capabilities(of).contains(capability) && all().contains(capability)) {
            throw ProcessTier.refusal(capability);
        }
        workings.layering().support().require(capability);
    }

    private Sandbox view(SandboxId id) {
        return new LocalSandbox(workings, id);
    }

    @Override
    public Optional<Sandbox> get(SandboxId id) {
        return StoredSandbox.read(site.folder(id).record()).map(s -> view(s.id()));
    }

    @Override
    public List<Sandbox> list(Labels selector) {
        List<StoredSandbox> found = new ArrayList<>();
        Path all = SandboxFolder.all(site.config().dataDir());
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(all, SandboxId.PREFIX + "*")) {
            for (Path folder : folders) {
                StoredSandbox.read(new SandboxFolder(folder).record())
                        .filter(s -> s.labels().matches(selector))
                        .ifPresent(found::add);
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the sandboxes in %s cannot be listed: %s",
                            all,
                            Why.of(e))
                    .causedBy(e);
        }
        found.sort(
                Comparator.comparing(StoredSandbox::createdAt).thenComparing(s -> s.id().value()));
        return found.stream().map(s -> view(s.id())).toList();
    }

    @Override
    public void destroy(SandboxId id) {
        lifecycle.destroy(id);
    }

    @Override
    public Optional<Checkpoint> checkpoint(CheckpointId id) {
        require(tier, Capability.SNAPSHOT_FS);
        return workings.checkpoints().find(id);
    }

    @Override
    public List<Checkpoint> checkpoints() {
        require(tier, Capability.SNAPSHOT_FS);
        return workings.checkpoints().all();
    }

    @Override
    public void deleteCheckpoint(CheckpointId id) {
        require(tier, Capability.SNAPSHOT_FS);
        workings.checkpoints().delete(id);
    }

    @Override
    public List<Garbage> collect(boolean dryRun) {
        return workings.checkpoints().collect(dryRun);
    }

    @Override
    public void close() {
        workings.layering().joining().close();
        site.launcher().close();
    }
}
