package dev.oxbow.workspace;

import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One sync from the worktree into a sandbox in which an agent is at work, by the rules of {@link
 * ThreeWay}. It differs from {@link SyncIn} in what it leaves alone: paths that both sides changed,
 * the sandbox's repository but for the record of the base, and every path that does not keep still.
 * Nothing is lost by that: they differ from the base as before, and whoever syncs next sees it.
 */
final class LiveSync {
    /** Stands for content that matters to nobody, only the name does. */
    private static final Node UNREAD = new Node.File(false, 0, new Hash(0, 0, 0, 0), "");

    private final Worktree worktree;
    private final Sandbox sandbox;
    private final SyncLimits limits;
    private final Path scratch;
    private final Sending sending;
    private final Consumer<Manifest> save;
    private final Consumer<String> step;
    private final BooleanSupplier stopped;

    LiveSync(
            Worktree worktree,
            Sandbox sandbox,
            SyncLimits limits,
            Path scratch,
            Sending sending,
            Consumer<Manifest> save,
            Consumer<String> step,
            BooleanSupplier stopped) {
        this.worktree = worktree;
        this.sandbox = sandbox;
        this.limits = limits;
        this.scratch = scratch;
        this.sending = sending;
        this.save = save;
        this.step = step;
        this.stopped = stopped;
    }

    /**
     * What came of it.
     *
     * @param again whether paths were passed over because they were changing
     * @param directories those whose entries travel, the root included
     */
    record Outcome(WatchReport report, boolean again, Set<TreePath> directories) {}

    /** The worktree as far as it keeps still; what does not is as in the base. */
    private record Here(
            TreeView view,
            NavigableMap<TreePath, Node> nodes,
            StatCache cache,
            TreeContent content) {}

    /** The sandbox, read only where the worktree was edited. */
    private record There(
            InsideView inside,
            NavigableMap<TreePath, Node> nodes,
            StatCache cache,
            Map<TreePath, Entry> seen,
            Set<TreePath> directories) {}

    Outcome run(Manifest known) {
        long start = System.nanoTime();
        Manifest before =
                new CutShort(worktree, sandbox, limits, scratch, sending, save).finish(known);
        try (Directory directory = Directory.open(worktree.root());
                FileTree workspace = sandbox.files(Sandbox.WORKSPACE)) {
            HostSide host = HostSide.read(worktree);
            Staging staging = new Staging(scratch);
            Set<TreePath> later = new TreeSet<>();
            long racyFrom = InsideView.racyFrom();
            Here here = here(directory, host, before, staging, later);
            Set<TreePath> edited = new TreeSet<>();
            InStep.differences(before.base(), here.nodes(), (path, _, _) -> edited.add(path));
            Set<TreePath> watched = parents(here.view());
            if (edited.isEmpty()) {
                return new Outcome(
                        new WatchReport(0, 0, 0, took(start), List.of()),
                        !later.isEmpty(),
                        watched);
            }
            There there = there(workspace, host, before, edited, later);
            ThreeWay decided = ThreeWay.compare(before.base(), here.nodes(), there.nodes(), true);
            Delivery delivery =
                    new Delivery(directory, workspace, staging, here, there, before, later);
            delivery.run(decided);
            NavigableMap<TreePath, Node> base = delivery.base(decided.agreed());
            if (!base.equals(before.base())) {
                keep(host, workspace, staging, before, base, here, there, delivery, racyFrom);
            }
            sending.clear();
            List<Conflict> held =
                    decided.conflicts().stream().filter(c -> !later.contains(c.path())).toList();
            return new Outcome(
                    new WatchReport(
                            delivery.sent.size(),
                            delivery.removed.size(),
                            delivery.bytes,
                            took(start),
                            held),
                    !later.isEmpty(),
                    watched);
        }
    }

    private static Duration took(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Here here(
            Directory directory,
            HostSide host,
            Manifest before,
            Staging staging,
            Set<TreePath> later) {
        Source source = Source.of(directory);
        TreeContent content = new TreeContent(source, host.idAlgorithm(), limits);
        TreeView view = host.view(worktree, directory, new IncludeGlobs(before.include()));
        TreeContent.Content read = content.read(view, before.host(), before.base(), _ -> false);
        NavigableMap<TreePath, Node> nodes = new TreeMap<>(read.nodes());
        nodes.keySet().removeIf(path -> isEditors(path, before));
        for (Entry entry : read.unread()) {
            TreePath path = entry.path();
            if (isEditors(path, before) || stopped.getAsBoolean()) {
                asInBase(nodes, path, before);
                continue;
            }
            staging.take(content, entry)
                    .ifPresentOrElse(
                            node -> nodes.put(path, node),
                            () -> {
                                asInBase(nodes, path, before);
                                later.add(path);
                            });
        }
        return new Here(view, nodes, read.cache(), content);
    }

    private static boolean isEditors(TreePath path, Manifest before) {
        return EditorNames.matches(path) && !before.base().containsKey(path);
    }

    private static void asInBase(Map<TreePath, Node> nodes, TreePath path, Manifest before) {
        @Nullable Node node = before.base().get(path);
        if (node != null) {
            nodes.put(path, node);
        }
    }

    private There there(
            FileTree workspace,
            HostSide host,
            Manifest before,
            Set<TreePath> edited,
            Set<TreePath> later) {
        InsideView inside = new InsideView(workspace, worktree, host, limits);
        long racyFrom = InsideView.racyFrom();
        TreeView view = inside.view(before.base(), new IncludeGlobs(before.include()));
        TreeContent.Content read =
                inside.content().read(view, before.inside(), before.base(), _ -> false);
        NavigableMap<TreePath, Node> nodes = new TreeMap<>(read.nodes());
        for (Entry entry : read.unread()) {
            TreePath path = entry.path();
            nodes.put(path, before.base().getOrDefault(path, UNREAD));
            if (edited.contains(path)) {
                try {
                    nodes.put(path, inside.content().readFile(entry).node());
                } catch (OxException e) {
                    if (!Staging.moving(e)) {
                        throw e;
                    }
                    later.add(path);
                }
            }
        }
        Map<TreePath, Entry> seen = new HashMap<>();
        for (Entry entry : view.entries()) {
            seen.put(entry.path(), entry);
            // Written so lately, it could be written again without a trace in its stat data.
            if (edited.contains(entry.path()) && entry.ctimeNanos() >= racyFrom) {
                later.add(entry.path());
            }
        }
        return new There(inside, nodes, read.cache(), seen, view.directories());
    }

    /** Directories whose change can matter. */
    private static Set<TreePath> parents(TreeView view) {
        Set<TreePath> found = new TreeSet<>();
        found.add(TreePath.ROOT);
        for (Entry directory : view.emptyDirectories()) {
            found.add(directory.path());
            climb(directory.path(), found);
        }
        for (Entry entry : view.entries()) {
            climb(entry.path(), found);
        }
        return found;
    }

    private static void climb(TreePath path, Set<TreePath> found) {
        TreePath up = path;
        do {
            up = up.parent();
        } while (found.add(up) && !up.isRoot());
    }

    private void keep(
            HostSide host,
            FileTree workspace,
            Staging staging,
            Manifest before,
            NavigableMap<TreePath, Node> base,
            Here here,
            There there,
            Delivery delivery,
            long racyFrom) {
        HostObjects.Made snapshot =
                new Snapshots(worktree.git())
                        .base(
                                before,
                                before.head(),
                                base,
                                (path, _) -> Optional.of(staging.open(path)));
        step.accept("live-snapshot");
        CutShort.record(workspace, host, scratch, sandbox, worktree, before, snapshot);
        step.accept("live-recorded");
        save.accept(
                new Manifest(
                        sandbox.id(),
                        worktree.identity(),
                        before.generation() + 1,
                        before.head(),
                        Optional.of(snapshot.commit()),
                        before.include(),
                        base,
                        here.cache().with(TreeContent.stamps(staging.readings(), racyFrom)),
                        there.inside().stamps(there.cache(), delivery.readings),
                        before.nested()));
        step.accept("live-saved");
    }

    /** Carries what was decided into the sandbox, each path only if nobody has touched it since. */
    private final class Delivery {
        private final Directory directory;
        private final Staging staging;
        private final Here here;
        private final There there;
        private final Manifest before;
        private final Set<TreePath> later;
        private final UntouchedWriter writer;
        private final Map<TreePath, Node> sent = new TreeMap<>();
        private final Set<TreePath> removed = new TreeSet<>();
        private final Map<TreePath, TreeContent.Reading> readings = new HashMap<>();
        private long bytes;

        Delivery(
                Directory directory,
                FileTree workspace,
                Staging staging,
                Here here,
                There there,
                Manifest before,
                Set<TreePath> later) {
            this.directory = directory;
            this.staging = staging;
            this.here = here;
            this.there = there;
            this.before = before;
            this.later = later;
            this.writer = new UntouchedWriter(directory, workspace, there.seen(), step);
        }

        void run(ThreeWay decided) {
            Map<TreePath, Node> sends = new TreeMap<>();
            Set<TreePath> removes = new TreeSet<>(Comparator.reverseOrder());
            for (TreePath path : decided.take()) {
                @Nullable Node node = here.nodes().get(path);
                if (later.contains(path)) {
                    continue;
                }
                if (node == null) {
                    removes.add(path);
                } else if (held(path, node)) {
                    sends.put(path, node);
                } else {
                    later.add(path);
                }
            }
            if (!sends.isEmpty()) {
                sending.record(before.generation(), sends);
            }
            step.accept("live-decided");
            removes.forEach(this::remove);
            step.accept("live-removed");
            sends.forEach(this::send);
            step.accept("live-sent");
        }

        private boolean held(TreePath path, Node node) {
            return !(node instanceof Node.File file)
                    || staging.holds(here.content(), Source.of(directory), path, file);
        }

        private void remove(TreePath path) {
            boolean gone =
                    !stopped.getAsBoolean()
                            && writer.remove(
                                    path,
                                    before.base().get(path) instanceof Node.EmptyDirectory,
                                    here.view().directories());
            (gone ? removed : later).add(path);
        }

        private void send(TreePath path, Node node) {
            boolean arrived =
                    !stopped.getAsBoolean()
                            && writer.directories(path, there.directories())
                            && switch (node) {
                                case Node.File file -> copy(path, file);
                                case Node.Link link -> writer.link(path, link);
                                case Node.EmptyDirectory _ -> writer.emptyDirectory(path);
                            };
            if (arrived) {
                sent.put(path, node);
            } else {
                later.add(path);
            }
        }

        private boolean copy(TreePath path, Node.File file) {
            TreeContent.Reading reading = staging.reading(path);
            if (!writer.copy(reading.entry(), () -> staging.open(path))) {
                return false;
            }
            readings.put(path, reading);
            bytes += file.size();
            return true;
        }

        /** What the sandbox has been given now. */
        NavigableMap<TreePath, Node> base(Set<TreePath> agreed) {
            NavigableMap<TreePath, Node> base = new TreeMap<>(before.base());
            removed.forEach(base::remove);
            base.putAll(sent);
            for (TreePath path : agreed) {
                @Nullable Node node = here.nodes().get(path);
                if (later.contains(path)) {
                    continue;
                }
                if (node == null) {
                    base.remove(path);
                } else if (held(path, node)) {
                    base.put(path, node);
                }
            }
            return base;
        }
    }
}
