package dev.oxbow.workspace;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.FileSpec;
import dev.oxbow.posix.TreePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings a harvested result into the worktree. */
final class Applying {
    /** Up to so many files are forced to the disk one by one. */
    private static final int FORCED = 64;

    private final Worktree worktree;
    private final HostSide host;
    private final Harvest harvest;
    private final Journal journal;
    private final Path scratch;
    private final Progress progress;
    private final Consumer<String> step;

    Applying(
            Worktree worktree,
            Harvest harvest,
            Journal journal,
            Path scratch,
            Progress progress,
            Consumer<String> step) {
        this.worktree = worktree;
        this.host = HostSide.read(worktree);
        this.harvest = harvest;
        this.journal = journal;
        this.scratch = scratch;
        this.progress = progress;
        this.step = step;
    }

    ApplyReport run(ConflictPolicy policy, StatCache known, Optional<HostNames> names) {
        try (Directory directory = Directory.open(worktree.root())) {
            TreeContent content =
                    new TreeContent(Source.of(directory), host.idAlgorithm(), SyncLimits.DEFAULT);
            harvest.changes().forEach(c -> c.after().ifPresent(_ -> PathGuard.check(c.path())));
            LocalState here = LocalState.read(directory, content, harvest.changes(), known);
            ApplyPlan plan =
                    ApplyPlan.of(
                            harvest,
                            here,
                            names.orElseGet(() -> HostNames.of(directory, scratch))
                                    .collisions(directory, harvest.changes()),
                            policy,
                            new Ground(worktree, host, directory, content, scratch),
                            host.idAlgorithm());
            if (plan.stopped()) {
                return new ApplyReport(
                        false, 0, 0, plan.conflicts(), Optional.empty(), harvest.warnings());
            }
            Optional<String> archive = archive(directory, plan);
            if (!plan.writes().isEmpty() || !plan.removes().isEmpty()) {
                change(directory, here, plan);
            }
            return new ApplyReport(
                    true,
                    plan.writes().size(),
                    plan.removes().size(),
                    plan.conflicts(),
                    archive,
                    harvest.warnings());
        }
    }

    private Optional<String> archive(Directory directory, ApplyPlan plan) {
        Snapshots snapshots = new Snapshots(worktree.git());
        Optional<String> ref = Optional.empty();
        if (!plan.lostThere().isEmpty()) {
            ref =
                    Optional.of(
                            snapshots.archive(
                                    harvest.run(), plan.lostThere(), (_, _) -> Optional.empty()));
        }
        if (!plan.lostHere().isEmpty()) {
            ref =
                    Optional.of(
                            snapshots.archive(
                                    harvest.run(),
                                    plan.lostHere(),
                                    (path, _) -> Optional.of(directory.read(path))));
        }
        return ref;
    }

    private void change(Directory directory, LocalState here, ApplyPlan plan) {
        long needed =
                plan.writes().values().stream()
                        .mapToLong(n -> n instanceof Node.File f ? f.size() : 0)
                        .sum();
        ByteSize free = directory.freeSpace();
        if (needed > free.bytes()) {
            throw noSpace(needed, free);
        }
        Swap swap =
                new Swap(directory, journal, harvest.run(), left -> keep(directory, left), step);
        Map<TreePath, Entry> observed = observed(directory, here, plan);
        List<Journal.Step> steps;
        swap.open();
        try {
            steps = stage(directory, swap, observed, plan);
            step.accept("staged");
        } catch (OxException e) {
            swap.close();
            throw e.code() == ErrorCode.NO_SPACE
                    ? noSpace(needed, directory.freeSpace()).causedBy(e)
                    : e;
        }
        progress.update(Progress.Step.APPLY, 0, steps.size(), 0, needed);
        swap.run(steps, observed);
        progress.update(Progress.Step.APPLY, steps.size(), steps.size(), needed, needed);
    }

    private OxException noSpace(long needed, ByteSize free) {
        return OxException.of(
                        ErrorCode.NO_SPACE,
                        "host needs %s at %s, %s free; nothing applied",
                        new ByteSize(needed),
                        worktree.root(),
                        free)
                .with("neededBytes", needed)
                .with("freeBytes", free.bytes());
    }

    private void keep(Directory directory, Map<TreePath, TreePath> left) {
        keep(worktree, host, directory, harvest.run(), left);
    }

    /** Archives old versions that an undone apply cannot put back. */
    static void keep(
            Worktree worktree,
            HostSide host,
            Directory directory,
            dev.oxbow.base.RunId run,
            Map<TreePath, TreePath> left) {
        TreeContent content =
                new TreeContent(Source.of(directory), host.idAlgorithm(), SyncLimits.DEFAULT);
        Map<TreePath, Node> lost = new TreeMap<>();
        left.forEach((path, aside) ->
                content.now(aside, StatCache.EMPTY).ifPresent(node -> lost.put(path, node)));
        new Snapshots(worktree.git())
                .archive(
                        run,
                        lost,
                        (path, _) -> Optional.of(directory.read(left.getOrDefault(path, path))));
    }

    /** What stands at the paths that change; absent ones are left out. */
    private static Map<TreePath, Entry> observed(
            Directory directory, LocalState here, ApplyPlan plan) {
        Map<TreePath, Entry> observed = new HashMap<>();
        Set<TreePath> paths = new TreeSet<>(plan.removes());
        paths.addAll(plan.writes().keySet());
        for (TreePath path : paths) {
            if (here.entries().containsKey(path)) {
                observed.put(path, here.entries().getOrDefault(path, none(path)));
            } else if (!here.nodes().containsKey(path)) {
                LocalState.at(directory, path)
                        .filter(_ -> !plan.writes().containsKey(path))
                        .ifPresent(e -> observed.put(path, e));
            }
        }
        return observed;
    }

    private static Entry none(TreePath path) {
        return new Entry(path, Entry.Kind.OTHER, 0, 0, 0, 0, 0);
    }

    private List<Journal.Step> stage(
            Directory directory, Swap swap, Map<TreePath, Entry> observed, ApplyPlan plan) {
        StepList steps = new StepList(directory, swap, observed);
        Set<TreePath> wanted = wantedDirectories(plan);
        for (TreePath path : new TreeSet<>(plan.removes())) {
            steps.remove(path, wanted);
        }
        steps.clearDirectories(plan, wanted);
        steps.makeDirectories(wanted);
        List<TreePath> paths = new ArrayList<>();
        List<String> blobs = new ArrayList<>();
        boolean forced = plan.writes().size() <= FORCED;
        plan.writes()
                .forEach((path, node) -> {
                    switch (node) {
                        case Node.EmptyDirectory _ -> {}
                        case Node.Link link -> directory.symlink(steps.next(path), link.target());
                        case Node.File file -> {
                            if (plan.merged().containsKey(path)) {
                                write(
                                        directory,
                                        steps.next(path),
                                        spec(file, observed.get(path), forced),
                                        file,
                                        new ByteArrayInputStream(
                                                plan.merged().getOrDefault(path, new byte[0])));
                            } else {
                                paths.add(path);
                                blobs.add(file.blob());
                            }
                        }
                    }
                });
        new HostObjects(worktree.git())
                .blobs(
                        blobs,
                        (i, _, in) -> {
                            TreePath path = paths.get(i);
                            if (plan.writes().get(path) instanceof Node.File file) {
                                step.accept("stage-" + i);
                                write(
                                        directory,
                                        steps.next(path),
                                        spec(file, observed.get(path), forced),
                                        file,
                                        in);
                            }
                        });
        return steps.finish();
    }

    /** Directories that the new versions need. */
    private static Set<TreePath> wantedDirectories(ApplyPlan plan) {
        Set<TreePath> wanted = new TreeSet<>();
        plan.writes()
                .forEach((path, node) -> {
                    if (node instanceof Node.EmptyDirectory) {
                        wanted.add(path);
                    }
                    for (TreePath up = path.parent(); !up.isRoot(); up = up.parent()) {
                        wanted.add(up);
                    }
                });
        return wanted;
    }

    private static FileSpec spec(Node.File file, @Nullable Entry old, boolean forced) {
        int plain = old != null && old.kind() == Entry.Kind.FILE ? old.mode() & 0777 : 0644;
        // Whoever may read it may execute it.
        int mode = file.executable() ? plain | ((plain & 0444) >> 2) | 0100 : plain & ~0111;
        FileSpec spec = FileSpec.mode(mode);
        return forced ? spec.synced() : spec;
    }

    private void write(
            Directory directory, TreePath to, FileSpec spec, Node.File file, InputStream content) {
        try (Digests digests = new Digests(content, file.size(), host.idAlgorithm())) {
            directory.write(to, spec, digests);
            if (!digests.hash().equals(file.hash())) {
                throw OxException.of(
                        ErrorCode.SYNC_APPLY_FAILED,
                        "git returned other content than was harvested; nothing was applied");
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SYNC_APPLY_FAILED, "cannot lay out a file: %s", e)
                    .causedBy(e);
        }
    }

    /** Collects the steps in the order in which they have to be done. */
    private static final class StepList {
        private final Directory directory;
        private final Swap swap;
        private final Map<TreePath, Entry> observed;
        private final List<Journal.Step> steps = new ArrayList<>();
        private final Map<TreePath, Integer> staged = new TreeMap<>();
        private int number;

        StepList(Directory directory, Swap swap, Map<TreePath, Entry> observed) {
            this.directory = directory;
            this.swap = swap;
            this.observed = observed;
        }

        /** Where the new version of a path is laid out. */
        TreePath next(TreePath path) {
            staged.put(path, number);
            return swap.staged(number++);
        }

        void remove(TreePath path, Set<TreePath> wanted) {
            @Nullable Entry old = observed.get(path);
            if (old == null) {
                return;
            }
            if (old.kind() == Entry.Kind.DIRECTORY) {
                // A directory that was empty and is not any more stays.
                if (!wanted.contains(path)) {
                    directory(Journal.Kind.REMOVE_DIRECTORY, path, old.mode());
                }
            } else {
                steps.add(
                        new Journal.Step(
                                Journal.Kind.REMOVE, path.bytes(), number++, old.inode(), 0, 0, 0));
            }
        }

        private void directory(Journal.Kind kind, TreePath path, int mode) {
            steps.add(new Journal.Step(kind, path.bytes(), number++, 0, 0, 0, mode));
        }

        /** Directories that lose their last file go, as in git, and those that become files. */
        void clearDirectories(ApplyPlan plan, Set<TreePath> wanted) {
            Set<TreePath> candidates = new TreeSet<>(Comparator.reverseOrder());
            for (TreePath path : plan.removes()) {
                for (TreePath up = path.parent(); !up.isRoot(); up = up.parent()) {
                    candidates.add(up);
                }
            }
            for (Map.Entry<TreePath, Node> write : plan.writes().entrySet()) {
                @Nullable Entry old = observed.get(write.getKey());
                if (old != null && old.kind() == Entry.Kind.DIRECTORY) {
                    directory.scan(write.getKey(), _ -> true).stream()
                            .filter(e -> e.kind() == Entry.Kind.DIRECTORY)
                            .forEach(e -> candidates.add(e.path()));
                    candidates.add(write.getKey());
                }
            }
            candidates.removeAll(wanted);
            for (TreePath path : candidates) {
                Optional<Entry> there = LocalState.at(directory, path);
                if (there.isPresent() && there.get().kind() == Entry.Kind.DIRECTORY) {
                    directory(Journal.Kind.REMOVE_DIRECTORY, path, there.get().mode());
                }
            }
        }

        void makeDirectories(Set<TreePath> wanted) {
            for (TreePath path : wanted) {
                Optional<Entry> there = LocalState.at(directory, path);
                if (there.isEmpty() || there.get().kind() != Entry.Kind.DIRECTORY) {
                    directory(Journal.Kind.MAKE_DIRECTORY, path, 0755);
                }
            }
        }

        List<Journal.Step> finish() {
            staged.forEach((path, stage) -> {
                Entry laid =
                        directory
                                .stat(swap.staged(stage))
                                .orElseThrow(() ->
                                        OxException.of(
                                                ErrorCode.SYNC_APPLY_FAILED,
                                                "a version laid out for %s is gone",
                                                path));
                @Nullable Entry old = observed.get(path);
                boolean replaces = old != null && old.kind() != Entry.Kind.DIRECTORY;
                steps.add(
                        new Journal.Step(
                                replaces ? Journal.Kind.REPLACE : Journal.Kind.ADD,
                                path.bytes(),
                                stage,
                                replaces && old != null ? old.inode() : 0,
                                laid.inode(),
                                laid.mtimeNanos(),
                                0));
            });
            return List.copyOf(steps);
        }
    }
}
