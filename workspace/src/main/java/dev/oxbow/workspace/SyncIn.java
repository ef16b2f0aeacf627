package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One sync from the worktree into a sandbox. */
final class SyncIn {
    private final Worktree worktree;
    private final Sandbox sandbox;
    private final RunId run;
    private final SyncOptions options;
    private final SyncLimits limits;
    private final Progress progress;
    private final Path scratch;
    private final Consumer<Manifest> save;
    private final List<SyncWarning> warnings = new ArrayList<>();

    SyncIn(
            Worktree worktree,
            Sandbox sandbox,
            RunId run,
            SyncOptions options,
            SyncLimits limits,
            Progress progress,
            Path scratch,
            Consumer<Manifest> save) {
        this.worktree = worktree;
        this.sandbox = sandbox;
        this.run = run;
        this.options = options;
        this.limits = limits;
        this.progress = progress;
        this.scratch = scratch;
        this.save = save;
    }

    /**
     * Does it.
     *
     * @param known the manifest; empty if there is none or it could not be read
     */
    SyncInReport run(Optional<Manifest> known) {
        long start = System.nanoTime();
        try (Directory directory = Directory.open(worktree.root());
                FileTree workspace = sandbox.files(Sandbox.WORKSPACE)) {
            HostSide host = HostSide.read(worktree);
            Worktree.Head head = worktree.head();
            InsideView inside = new InsideView(workspace, worktree, host, limits);
            Manifest before =
                    known.orElseGet(() ->
                            new LostManifest(worktree, sandbox, host, inside)
                                    .rebuild(run, directory, warnings));
            return transfer(directory, workspace, host, head, inside, before, start);
        }
    }

    private SyncInReport transfer(
            Directory directory,
            FileTree workspace,
            HostSide host,
            Worktree.Head head,
            InsideView inside,
            Manifest before,
            long start) {
        progress.update(Progress.Step.SCAN, 0, 0, 0, 0);
        TreeContent local = new TreeContent(Source.of(directory), host.idAlgorithm(), limits);
        IncludeGlobs include = new IncludeGlobs(options.include());
        TreeView[] view = new TreeView[1];
        TreeContent.Content[] found = new TreeContent.Content[1];
        boolean first = before.base().isEmpty() && inside.isEmpty();
        Workers.Beside reading =
                Workers.beside(
                        "sync-worktree",
                        () -> {
                            view[0] = localView(directory, host, include);
                            found[0] = local.read(view[0], before.host(), _ -> !first);
                        });
        InsideView.Content there = first ? InsideView.NOTHING : inside.read(before, include);
        reading.join();
        TreeContent.Content here = found[0];
        TreeView visible = view[0];
        warn(host, visible);

        NavigableMap<TreePath, Node> base = new TreeMap<>(before.base());
        before.sending()
                .forEach((path, node) -> {
                    if (node.equals(there.nodes().get(path))) {
                        base.put(path, node);
                    }
                });
        ThreeWay decided = ThreeWay.compare(base, here.nodes(), there.nodes(), true);
        Map<TreePath, Node> sends = new TreeMap<>();
        Set<TreePath> removes = new TreeSet<>();
        sort(decided.take(), here.nodes(), sends, removes);
        SyncInConflicts conflicts =
                new SyncInConflicts(worktree, sandbox.id(), run, workspace, scratch);
        SyncInConflicts.Settled settled =
                conflicts.settle(
                        decided.conflicts(),
                        options.onConflict(),
                        base,
                        here.nodes(),
                        there.nodes(),
                        directory);
        sort(settled.send(), here.nodes(), sends, removes);

        if (!sends.isEmpty() || !removes.isEmpty() || !here.unread().isEmpty()) {
            save.accept(before.sending(sends));
        }
        SandboxRepository repository =
                new SandboxRepository(sandbox, workspace, worktree, host, scratch);
        boolean knownHead = before.generation() > 0 && before.snapshot().isPresent();
        Workers.Beside history =
                Workers.beside(
                        "sync-history",
                        () ->
                                repository.give(
                                        head,
                                        knownHead ? Optional.of(before.head()) : Optional.empty()));
        SandboxWriter writer = new SandboxWriter(directory, local, workspace, progress);
        Map<TreePath, TreeContent.Reading> sent;
        try {
            settled.moves(workspace);
            writer.remove(removes, visible.directories());
            List<TreePath> targets = new ArrayList<>(sends.keySet());
            here.unread().forEach(e -> targets.add(e.path()));
            writer.directories(targets, first ? Set.of() : there.view().directories());
            sent = writer.copy(files(visible, sends, here.unread()), sends);
            sends.forEach((path, node) -> {
                switch (node) {
                    case Node.Link link -> writer.link(path, link);
                    case Node.EmptyDirectory _ -> writer.emptyDirectory(path);
                    case Node.File _ -> {}
                }
            });
            settled.texts(writer);
        } finally {
            history.join();
        }
        for (TreePath path : removes) {
            base.remove(path);
        }
        base.putAll(sends);
        sent.forEach((path, reading1) -> base.put(path, reading1.node()));
        decided.agreed().forEach(path -> adopt(base, path, here.nodes()));

        HostObjects.Commit snapshot =
                new Snapshots(worktree.git())
                        .base(
                                before,
                                head,
                                base,
                                (path, _) -> open(directory, path, here.nodes(), sent));
        if (!before.snapshot().equals(Optional.of(snapshot)) || !knownHead) {
            List<String> had = new ArrayList<>();
            head.commit().ifPresent(had::add);
            if (knownHead) {
                before.snapshot().ifPresent(s -> had.add(s.id()));
            }
            repository.record(snapshot, had);
        }
        StatCache hostCache = here.cache();
        sent.forEach((_, r) -> TreeContent.remember(hostCache, r, InsideView.racyFrom()));
        StatCache insideCache =
                sent.isEmpty() ? there.cache() : inside.stamps(there.cache(), sent, base);
        Manifest after =
                new Manifest(
                        sandbox.id(),
                        worktree.identity(),
                        before.generation() + 2,
                        head,
                        Optional.of(snapshot),
                        options.include(),
                        base,
                        Map.of(),
                        hostCache,
                        insideCache);
        if (!same(before, after)) {
            save.accept(after);
        }
        int written = sent.size() + (int) sends.values().stream().filter(SyncIn::light).count();
        return new SyncInReport(
                written,
                removes.size(),
                writer.bytes(),
                Duration.ofNanos(System.nanoTime() - start),
                decided.conflicts(),
                settled.archive(),
                warnings);
    }

    private static boolean light(Node node) {
        return !(node instanceof Node.File);
    }

    private static boolean same(Manifest before, Manifest after) {
        return before.base().equals(after.base())
                && before.head().equals(after.head())
                && before.snapshot().equals(after.snapshot())
                && before.include().equals(after.include())
                && before.sending().isEmpty()
                && before.host().entries().equals(after.host().entries())
                && before.inside().entries().equals(after.inside().entries());
    }

    private static void adopt(Map<TreePath, Node> base, TreePath path, Map<TreePath, Node> nodes) {
        @Nullable Node node = nodes.get(path);
        if (node == null) {
            base.remove(path);
        } else {
            base.put(path, node);
        }
    }

    private static void sort(
            Iterable<TreePath> paths,
            Map<TreePath, Node> from,
            Map<TreePath, Node> sends,
            Set<TreePath> removes) {
        for (TreePath path : paths) {
            @Nullable Node node = from.get(path);
            if (node == null) {
                removes.add(path);
            } else {
                sends.put(path, node);
            }
        }
    }

    private TreeView localView(Directory directory, HostSide host, IncludeGlobs include) {
        return TreeView.read(
                Source.of(directory),
                new TreeView.Choice(
                        IgnoreRules.of(host.sharedRules(worktree), host.ignoreCase()),
                        host.ignoreCase(),
                        PathSet.of(host.tracked()),
                        PathSet.NONE,
                        include,
                        host.extraRules()));
    }

    private static List<Entry> files(TreeView view, Map<TreePath, Node> sends, List<Entry> unread) {
        List<Entry> files = new ArrayList<>(unread);
        for (Entry entry : view.entries()) {
            if (sends.get(entry.path()) instanceof Node.File) {
                files.add(entry);
            }
        }
        return files;
    }

    /** Content for git, from where it is; what the sandbox alone has is in git already. */
    private static Optional<InputStream> open(
            Directory directory,
            TreePath path,
            Map<TreePath, Node> here,
            Map<TreePath, TreeContent.Reading> sent) {
        return here.containsKey(path) || sent.containsKey(path)
                ? Optional.of(directory.read(path))
                : Optional.empty();
    }

    private void warn(HostSide host, TreeView view) {
        for (TreePath path : host.tracked()) {
            if (SecretNames.matches(path)) {
                warnings.add(
                        new SyncWarning(
                                SyncWarning.Kind.SECRET_SENT,
                                path,
                                path + " is tracked by git and looks like a secret; it was sent"));
            }
        }
        for (TreePath path : view.special()) {
            warnings.add(
                    new SyncWarning(
                            SyncWarning.Kind.SPECIAL_FILE,
                            path,
                            path + " is a socket, FIFO or device and was not sent"));
        }
        for (TreePath path : view.repositories()) {
            if (!host.submodules().containsKey(path)) {
                warnings.add(
                        new SyncWarning(
                                SyncWarning.Kind.NESTED_REPOSITORY,
                                path,
                                path
                                        + " is a repository of its own; its files were sent, its"
                                        + " history was not"));
            }
        }
    }

    static OxException conflict(List<Conflict> conflicts) {
        return OxException.of(
                        ErrorCode.SYNC_CONFLICT,
                        "%d %s changed on both sides; nothing was written",
                        conflicts.size(),
                        conflicts.size() == 1 ? "file" : "files")
                .with("paths", conflicts.stream().map(c -> c.path().toString()).toList())
                .suggest(
                        "Choose with --on-conflict local, sandbox, both or merge; first: %s.",
                        conflicts.getFirst().path());
    }
}
