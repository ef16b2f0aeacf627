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
    private final Sending sending;
    private final Consumer<Manifest> save;
    private final Consumer<String> step;
    private final List<SyncWarning> warnings = new ArrayList<>();

    SyncIn(
            Worktree worktree,
            Sandbox sandbox,
            RunId run,
            SyncOptions options,
            SyncLimits limits,
            Progress progress,
            Path scratch,
            Sending sending,
            Consumer<Manifest> save,
            Consumer<String> step) {
        this.worktree = worktree;
        this.sandbox = sandbox;
        this.run = run;
        this.options = options;
        this.limits = limits;
        this.progress = progress;
        this.scratch = scratch;
        this.sending = sending;
        this.save = save;
        this.step = step;
    }

    /**
     * Does it.
     *
     * @param start when it began, on the clock of {@link System#nanoTime}
     * @param asked what git is being asked meanwhile
     * @param known the manifest; empty if there is none or it could not be read
     */
    SyncInReport run(long start, Asked asked, Optional<Manifest> known) {
        try (Directory directory = Directory.open(worktree.root());
                FileTree workspace = sandbox.files(Sandbox.WORKSPACE)) {
            HostSide host = asked.host().join();
            InsideView inside = new InsideView(workspace, worktree, host, limits);
            Manifest before =
                    known.orElseGet(() ->
                            new LostManifest(worktree, sandbox, host, inside)
                                    .rebuild(run, directory, warnings));
            return transfer(directory, workspace, host, asked, inside, before, start);
        }
    }

    /** Answers of git that are on their way. */
    record Asked(
            Workers.Beside<HostSide> host,
            Workers.Beside<Worktree.Head> head,
            Workers.Beside<Map<TreePath, Worktree.Head>> nested) {
        static Asked of(
                Worktree worktree, Workers.Beside<HostSide> host, Optional<Worktree.Head> known) {
            return new Asked(
                    host,
                    // A commit that was there once is not proven anew.
                    known.isPresent() && worktree.stillAt(known.get())
                            ? known::get
                            : Workers.beside("sync-head", worktree::head),
                    Workers.beside(
                            "sync-submodules",
                            () -> NestedRepositories.heads(host.join().submodules())));
        }
    }

    /** One side of the worktree as it is now. */
    private record Here(TreeView view, TreeContent.Content content) {}

    private SyncInReport transfer(
            Directory directory,
            FileTree workspace,
            HostSide host,
            Asked asked,
            InsideView inside,
            Manifest before,
            long start) {
        progress.update(Progress.Step.SCAN, 0, 0, 0, 0);
        TreeContent local = new TreeContent(Source.of(directory), host.idAlgorithm(), limits);
        IncludeGlobs include = new IncludeGlobs(options.include());
        boolean first = before.base().isEmpty() && inside.isEmpty();
        Workers.Beside<Here> reading =
                Workers.beside(
                        "sync-worktree",
                        () -> {
                            TreeView view = host.view(worktree, directory, include);
                            return new Here(
                                    view,
                                    local.read(view, before.host(), before.base(), _ -> !first));
                        });
        InsideView.Content there = first ? InsideView.NOTHING : inside.read(before, include);
        TreeContent.Content here = reading.join().content();
        TreeView visible = reading.join().view();
        warnings.addAll(SyncInWarnings.of(host, visible));

        NavigableMap<TreePath, Node> given = arrived(before, there.nodes());
        ThreeWay decided = ThreeWay.compare(given, here.nodes(), there.nodes(), true);
        Map<TreePath, Node> sends = new TreeMap<>();
        Set<TreePath> removes = new TreeSet<>();
        sort(decided.take(), here.nodes(), sends, removes);
        SyncInConflicts conflicts =
                new SyncInConflicts(worktree, sandbox.id(), run, workspace, scratch);
        SyncInConflicts.Settled settled =
                conflicts.settle(
                        decided.conflicts(),
                        options.onConflict(),
                        given,
                        here.nodes(),
                        there.nodes(),
                        directory);
        sort(settled.send(), here.nodes(), sends, removes);
        removes.addAll(settled.remove());
        if (!sends.isEmpty()) {
            sending.record(before.generation(), sends);
        }
        step.accept("decided");

        Worktree.Head head = asked.head().join();
        Map<TreePath, Worktree.Head> nestedHeads = asked.nested().join();
        SandboxRepository repository =
                new SandboxRepository(
                        sandbox, workspace, TreePath.ROOT, worktree, host, scratch, List.of());
        boolean knownHead = before.generation() > 0 && before.snapshot().isPresent();
        Workers.Beside<Boolean> history =
                Workers.beside(
                        "sync-history",
                        () ->
                                repository.give(
                                        head,
                                        knownHead ? Optional.of(before.head()) : Optional.empty()));
        SandboxWriter writer = new SandboxWriter(directory, local, workspace, progress);
        Map<TreePath, TreeContent.Reading> sent;
        try {
            there.view().leftOver().forEach(workspace::remove);
            settled.moves(workspace);
            step.accept("moved");
            writer.remove(removes, visible.directories());
            step.accept("removed");
            writer.makeRoom(
                    filesOf(sends), first ? Set.of() : there.view().directories(), sandbox.id());
            List<TreePath> targets = new ArrayList<>(sends.keySet());
            here.unread().forEach(e -> targets.add(e.path()));
            writer.directories(targets, first ? Set.of() : there.view().directories());
            sent = writer.copy(files(visible, sends, here.unread()), sends);
            step.accept("copied");
            sends.forEach((path, node) -> {
                switch (node) {
                    case Node.Link link -> writer.link(path, link);
                    case Node.EmptyDirectory _ -> writer.emptyDirectory(path);
                    case Node.File _ -> {}
                }
            });
            settled.texts(writer);
            step.accept("written");
        } finally {
            history.join();
        }
        step.accept("history");
        NavigableMap<TreePath, Node> base =
                newBase(given, removes, sends, sent, decided.agreed(), here.nodes());
        HostObjects.Made made =
                new Snapshots(worktree.git())
                        .base(
                                before,
                                head,
                                base,
                                (path, _) -> open(directory, path, here.nodes(), sent));
        HostObjects.Commit snapshot = made.commit();
        step.accept("snapshot");
        if (!before.snapshot().equals(Optional.of(snapshot)) || !knownHead) {
            repository.record(
                    made, head.commit(), knownHead ? before.snapshot() : Optional.empty());
        }
        step.accept("recorded");
        NestedRepositories repositories =
                new NestedRepositories(sandbox, workspace, worktree, host);
        repositories.putAway(before.nested(), visible.directories());
        NavigableMap<TreePath, Manifest.Nested> nested =
                repositories.give(nestedHeads, before.nested(), snapshot, scratch);
        step.accept("nested");
        Manifest after =
                new Manifest(
                        sandbox.id(),
                        worktree.identity(),
                        before.generation() + 1,
                        head,
                        Optional.of(snapshot),
                        options.include(),
                        base,
                        here.cache().with(TreeContent.stamps(sent.values(), InsideView.racyFrom())),
                        sent.isEmpty() ? there.cache() : inside.stamps(there.cache(), sent),
                        nested);
        if (!same(before, after)) {
            save.accept(after);
            step.accept("saved");
        }
        // Else content that an agent happens to write later could be taken for ours.
        sending.clear();
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

    /** What the sandbox was given, with what a sync that was cut short has brought. */
    private NavigableMap<TreePath, Node> arrived(Manifest before, Map<TreePath, Node> there) {
        Map<TreePath, Node> cutShort = sending.since(before.generation());
        cutShort.entrySet().removeIf(e -> !e.getValue().equals(there.get(e.getKey())));
        if (cutShort.isEmpty()) {
            return before.base();
        }
        NavigableMap<TreePath, Node> given = new TreeMap<>(before.base());
        given.putAll(cutShort);
        return given;
    }

    /** What the sandbox has been given now; the same object if that is what it was. */
    private static NavigableMap<TreePath, Node> newBase(
            NavigableMap<TreePath, Node> given,
            Set<TreePath> removes,
            Map<TreePath, Node> sends,
            Map<TreePath, TreeContent.Reading> sent,
            Set<TreePath> agreed,
            Map<TreePath, Node> here) {
        if (removes.isEmpty() && sends.isEmpty() && sent.isEmpty() && agreed.isEmpty()) {
            return given;
        }
        NavigableMap<TreePath, Node> base = new TreeMap<>(given);
        removes.forEach(base::remove);
        base.putAll(sends);
        sent.forEach((path, reading) -> base.put(path, reading.node()));
        agreed.forEach(path -> adopt(base, path, here));
        return base;
    }

    private static List<TreePath> filesOf(Map<TreePath, Node> sends) {
        List<TreePath> files = new ArrayList<>();
        sends.forEach((path, node) -> {
            if (!(node instanceof Node.EmptyDirectory)) {
                files.add(path);
            }
        });
        return files;
    }

    private static boolean light(Node node) {
        return !(node instanceof Node.File);
    }

    private static boolean same(Manifest before, Manifest after) {
        return before.base().equals(after.base())
                && before.head().equals(after.head())
                && before.snapshot().equals(after.snapshot())
                && before.include().equals(after.include())
                && before.nested().equals(after.nested())
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
