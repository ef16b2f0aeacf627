package dev.oxbow.workspace;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Sandbox;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Keeps one worktree of the host and the workspaces of its sandboxes in step, losing nothing.
 *
 * <p>The way of one run: {@link #syncIn} brings the worktree's state into the sandbox; when the
 * agent has ended, {@link #harvest} stores what it left as git objects of the host, and {@link
 * #apply} brings that into the worktree, all of it or nothing. After the harvest the result no
 * longer depends on the sandbox: {@link #diff} and {@link #apply} work as long as the refs are
 * there.
 *
 * <p>The user's index, HEAD and branches are never touched. Every method holds the worktree's lock
 * across processes. Failures are {@link dev.oxbow.base.OxException}s; a failure leaves the worktree
 * as it was. Safe for concurrent use.
 */
public final class WorkspaceSync {
    private static final String IDENTITY = "oxbow-worktree-id";

    private final Worktree worktree;
    private final ManifestStore manifests;
    private final Path state;
    private final SyncLimits limits;
    private final Optional<HostNames> names;
    private final Consumer<String> step;
    private final HarvestStore harvests;
    private final Journal journal;
    private final KeptBases bases;

    /**
     * A sync for one worktree.
     *
     * @param worktree the host side
     * @param manifests where the bases are kept
     * @param state directory of our own on the host for records of runs, which no sandbox can
     *     reach; made if absent
     * @param limits what may be moved at most
     */
    public WorkspaceSync(
            Worktree worktree, ManifestStore manifests, Path state, SyncLimits limits) {
        this(worktree, manifests, state, limits, Optional.empty(), _ -> {});
    }

    WorkspaceSync(
            Worktree worktree,
            ManifestStore manifests,
            Path state,
            SyncLimits limits,
            Optional<HostNames> names,
            Consumer<String> step) {
        this.worktree = worktree;
        this.manifests = manifests;
        this.state = state.resolve(worktree.identity());
        this.limits = limits;
        this.names = names;
        this.step = step;
        this.harvests = new HarvestStore(this.state);
        this.journal = new Journal(this.state);
        this.bases = new KeptBases(worktree, manifests, this.state);
    }

    /**
     * Brings the worktree as it is now into the sandbox: files and the history of what is checked
     * out. What the sandbox changed and the worktree did not stays.
     *
     * @param run names the archive, should a version lose
     * @throws OxException {@code SYNC_CONFLICT} by policy; {@code SYNC_LIMIT_EXCEEDED}, {@code
     *     SYNC_UNREADABLE}, {@code FILE_CHANGING}, {@code IDENTITY_MISMATCH}, {@code NO_SPACE}
     */
    public SyncInReport syncIn(Sandbox sandbox, RunId run, SyncOptions options, Progress progress) {
        long start = System.nanoTime();
        return locked(scratch -> {
            Workers.Beside<HostSide> host =
                    Workers.beside("sync-settings", () -> HostSide.read(worktree));
            Optional<Manifest> known = manifest(sandbox);
            SyncIn.Asked asked = SyncIn.Asked.of(worktree, host, known.map(Manifest::head));
            return new SyncIn(
                            worktree,
                            sandbox,
                            run,
                            options,
                            limits,
                            progress,
                            scratch,
                            new Sending(state, sandbox.id()),
                            manifests::save,
                            step)
                    .run(start, asked, known);
        });
    }

    /**
     * Brings edits of the worktree into a sandbox as they are made, while an agent works there,
     * until the watch is closed. By the rules of {@link #syncIn}, but that nothing is settled: what
     * the sandbox has changed as well stays as it is on both sides. Only files travel; commits and
     * branches wait for the next {@link #syncIn}.
     *
     * @param quiet how long nothing may have changed before a sync begins
     * @param listener told of each sync that did something, from a thread of the watch
     */
    public WorktreeWatch watch(Sandbox sandbox, Duration quiet, WorktreeWatch.Listener listener) {
        return watch(sandbox, quiet, listener, DirectoryWatches.Opener.OF_THIS_MACHINE);
    }

    WorktreeWatch watch(
            Sandbox sandbox,
            Duration quiet,
            WorktreeWatch.Listener listener,
            DirectoryWatches.Opener opener) {
        return WorktreeWatch.start(
                stopped -> live(sandbox, stopped),
                new DirectoryWatches(worktree.root(), opener),
                quiet,
                listener);
    }

    /** One sync of edits into a sandbox in which others write. */
    LiveSync.Outcome live(Sandbox sandbox, BooleanSupplier stopped) {
        return locked(scratch ->
                new LiveSync(
                                worktree,
                                sandbox,
                                limits,
                                scratch,
                                new Sending(state, sandbox.id()),
                                manifests::save,
                                step,
                                stopped)
                        .run(manifest(sandbox).orElseThrow(() -> Harvesting.noBase(sandbox))));
    }

    /**
     * Brings what the sandbox holds to the host, as commits that touch no branch: the files under
     * {@code refs/oxbow/runs/<run>}, the agent's own commits under {@code
     * refs/oxbow/<sandbox>/<branch>}. Repeating it replaces the result of the run.
     *
     * @param partial whether the run was cut short, as far as the caller knows
     * @throws OxException {@code PATH_ESCAPE} if any path could lead out of the worktree, and then
     *     nothing at all is taken; {@code SYNC_UNREADABLE}, {@code SYNC_LIMIT_EXCEEDED}, {@code
     *     FILE_CHANGING}, {@code IDENTITY_MISMATCH}, {@code NO_SPACE}
     */
    public Harvest harvest(Sandbox sandbox, RunId run, boolean partial, Progress progress) {
        return locked(scratch -> {
            Manifest manifest =
                    new CutShort(
                                    worktree,
                                    sandbox,
                                    limits,
                                    scratch,
                                    new Sending(state, sandbox.id()),
                                    manifests::save)
                            .finish(base(sandbox));
            Harvest harvest =
                    new Harvesting(worktree, sandbox, limits)
                            .run(manifest, run, partial, progress, manifests::save, step);
            harvests.save(harvest);
            return harvest;
        });
    }

    /**
     * What was harvested from a run.
     *
     * @return empty if nothing was
     */
    public Optional<Harvest> harvested(RunId run) {
        return harvests.load(run);
    }

    /**
     * Brings a harvested result into the worktree: staged, verified, then all of it or nothing.
     *
     * @return what was done; where conflicts stopped it, {@link ApplyReport#applied} is false
     * @throws OxException {@code RUN_NOT_FOUND} if nothing was harvested; {@code NO_SPACE}, {@code
     *     SYNC_APPLY_FAILED}, {@code FILE_CHANGING}; the worktree is then as it was
     */
    public ApplyReport apply(RunId run, ConflictPolicy policy, Progress progress) {
        Harvest harvest = known(run);
        return locked(scratch -> {
            undoLeftOvers();
            Optional<Manifest> manifest = readableManifest(harvest.sandbox());
            ApplyReport report =
                    new Applying(worktree, harvest, journal, scratch, progress, step)
                            .run(
                                    policy,
                                    manifest.map(Manifest::host).orElse(StatCache.EMPTY),
                                    names);
            // What a sandbox has been rolled back from is not in it any more.
            if (report.applied() && !bases.rolledBackSince(harvest)) {
                manifest.ifPresent(m -> rebase(m, harvest));
            }
            return report;
        });
    }

    /**
     * Writes what a run changed as a patch that {@code git apply} takes, binary files included.
     *
     * @throws OxException {@code RUN_NOT_FOUND} if nothing was harvested
     */
    public void diff(RunId run, OutputStream to) {
        Harvest harvest = known(run);
        HostGit git = worktree.git();
        git.check(
                git.run(
                        List.of(
                                "diff-tree",
                                "-r",
                                "-p",
                                "--binary",
                                "--full-index",
                                "-M",
                                "--no-ext-diff",
                                "--no-textconv",
                                "--src-prefix=a/",
                                "--dst-prefix=b/",
                                harvest.base(),
                                harvest.result()),
                        Optional.empty(),
                        Map.of(),
                        in -> in.transferTo(to)));
    }

    /**
     * What a sandbox changed since it was last given something, or since that came into the
     * worktree: what must not be destroyed unasked.
     *
     * @throws OxException {@code SYNC_UNREADABLE} if it cannot be told; never the same as nothing
     */
    public List<Change> unextracted(Sandbox sandbox) {
        return locked(_ -> {
            if (manifest(sandbox).isEmpty()) {
                return List.of();
            }
            return new Harvesting(worktree, sandbox, limits).changes(base(sandbox));
        });
    }

    /**
     * Undoes what a killed process left half-way in the worktree. Called before the first sync of a
     * process; a no-op if there is nothing.
     *
     * @return runs whose apply was undone; applying them again is safe
     */
    public List<RunId> recover() {
        return locked(_ -> undoLeftOvers());
    }

    /**
     * Takes a checkpoint of a sandbox between two syncs, and keeps with it what the sandbox had
     * been given: files and base belong together.
     *
     * @param taking takes it; what it throws is thrown, and nothing is kept then
     */
    public <T> T checkpoint(Sandbox sandbox, CheckpointId id, Supplier<T> taking) {
        return locked(_ -> bases.keep(id, manifest(sandbox), taking));
    }

    /**
     * Makes the base that was kept with a checkpoint the base of a sandbox whose files are those of
     * the checkpoint now, by rollback or as a fork. The sandbox need not exist yet. The worktree is
     * not touched. May be repeated.
     */
    public void restore(SandboxId sandbox, CheckpointId from) {
        locked(_ -> {
            bases.restore(sandbox, from);
            return from;
        });
    }

    /** Forgets what was kept with a deleted checkpoint. */
    public void forget(CheckpointId checkpoint) {
        bases.forget(checkpoint);
    }

    /** Forgets a destroyed sandbox; results of its runs stay. */
    public void forget(SandboxId sandbox) {
        manifests.delete(sandbox);
        bases.forgetRollbacks(sandbox);
        new Sending(state, sandbox).clear();
        var _ =
                worktree.git()
                        .run(
                                List.of("update-ref", "-d", Snapshots.baseRef(sandbox)),
                                Optional.empty(),
                                Map.of());
    }

    private List<RunId> undoLeftOvers() {
        List<RunId> undone = new ArrayList<>();
        for (Journal.Intent intent : journal.open()) {
            try (Directory directory = Directory.open(worktree.root())) {
                HostSide host = HostSide.read(worktree);
                Swap swap =
                        new Swap(
                                directory,
                                journal,
                                intent.run(),
                                left ->
                                        Applying.keep(
                                                worktree, host, directory, intent.run(), left),
                                step);
                if (intent.phase() == Journal.Phase.CHANGING) {
                    swap.takeBack(intent.steps());
                    undone.add(intent.run());
                } else {
                    swap.close();
                }
            }
        }
        return undone;
    }

    /** From now on the sandbox's versions are what it was given, whatever became of them here. */
    private void rebase(Manifest manifest, Harvest harvest) {
        NavigableMap<TreePath, Node> base = new TreeMap<>(manifest.base());
        for (Change change : harvest.changes()) {
            if (Objects.equals(Optional.ofNullable(base.get(change.path())), change.before())) {
                if (change.after().isPresent()) {
                    base.put(change.path(), change.after().get());
                } else {
                    base.remove(change.path());
                }
            }
        }
        HostObjects.Commit commit =
                new Snapshots(worktree.git())
                        .base(manifest, manifest.head(), base, (_, _) -> Optional.empty())
                        .commit();
        manifests.save(manifest.rebased(base, commit));
    }

    private Harvest known(RunId run) {
        return harvests.load(run)
                .orElseThrow(() ->
                        OxException.of(
                                ErrorCode.RUN_NOT_FOUND, "nothing was brought back from %s", run));
    }

    /** The manifest of a sandbox of this worktree; a damaged one counts as lost. */
    private Optional<Manifest> manifest(Sandbox sandbox) {
        Optional<Manifest> manifest = readableManifest(sandbox.id());
        Optional<String> label =
                Optional.ofNullable(sandbox.record().labels().values().get(IDENTITY));
        Optional<String> owner = manifest.map(Manifest::worktree).or(() -> label);
        if (owner.isPresent() && !owner.get().equals(worktree.identity())) {
            throw OxException.of(
                    ErrorCode.IDENTITY_MISMATCH,
                    "sandbox %s belongs to another worktree than %s",
                    sandbox.id(),
                    worktree.root());
        }
        return manifest;
    }

    private Optional<Manifest> readableManifest(SandboxId sandbox) {
        try {
            return manifests.load(sandbox);
        } catch (OxException e) {
            if (e.code() == ErrorCode.STORE_UNREADABLE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Manifest base(Sandbox sandbox) {
        Optional<Manifest> manifest = manifest(sandbox);
        if (manifest.isPresent()) {
            return manifest.get();
        }
        try (var workspace = sandbox.files(Sandbox.WORKSPACE)) {
            HostSide host = HostSide.read(worktree);
            return new LostManifest(
                            worktree,
                            sandbox,
                            host,
                            new InsideView(workspace, worktree, host, limits))
                    .fromCommit()
                    .orElseThrow(() -> Harvesting.noBase(sandbox));
        }
    }

    private <T> T locked(Function<Path, T> work) {
        try (TreeLock _ = TreeLock.take(state.resolve("lock"), worktree.root())) {
            Path scratch = Files.createTempDirectory(state, "work-");
            try {
                return work.apply(scratch);
            } finally {
                try (Stream<Path> all = Files.walk(scratch)) {
                    for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                        Files.deleteIfExists(path);
                    }
                }
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "cannot work in %s: %s", state, e)
                    .causedBy(e);
        }
    }
}
