package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The workspace of a sandbox as a sync sees it. */
final class InsideView {
    static final Content NOTHING =
            new Content(
                    new TreeView(List.of(), List.of(), Set.of(), List.of(), List.of(), List.of()),
                    new TreeMap<>(),
                    StatCache.EMPTY);
    private static final int INDEX_LIMIT = 256 << 20;
    private static final long RACY_NANOS = 20_000_000;

    /** Up to so much is read again rather than waited for. */
    private static final long CHEAP_TO_READ = 8 << 20;

    private final FileTree workspace;
    private final Source source;
    private final Worktree worktree;
    private final HostSide host;
    private final TreeContent content;

    InsideView(FileTree workspace, Worktree worktree, HostSide host, SyncLimits limits) {
        this.workspace = workspace;
        this.source = Source.of(workspace);
        this.worktree = worktree;
        this.host = host;
        this.content = new TreeContent(source, host.idAlgorithm(), limits);
    }

    /** What was seen. */
    record Content(TreeView view, NavigableMap<TreePath, Node> nodes, StatCache cache) {}

    boolean isEmpty() {
        return workspace.scan(_ -> false).isEmpty();
    }

    TreeContent content() {
        return content;
    }

    Content read(Manifest before, IncludeGlobs include) {
        TreeView view = view(before.base(), include);
        TreeContent.Content read = content.read(view, before.inside(), before.base(), _ -> true);
        return new Content(view, read.nodes(), read.cache());
    }

    TreeView view(NavigableMap<TreePath, Node> base, IncludeGlobs include) {
        return TreeView.read(
                source,
                new TreeView.Choice(
                        IgnoreRules.of(host.sharedRules(worktree), host.ignoreCase()),
                        host.ignoreCase(),
                        PathSet.gathered(this::tracked),
                        PathSet.of(base.keySet()),
                        include,
                        host.extraRules()));
    }

    /**
     * What the repositories in the sandbox track; a damaged index only means that it is not asked.
     */
    private List<TreePath> tracked() {
        List<TreePath> tracked = new ArrayList<>(tracked(TreePath.ROOT));
        for (TreePath submodule : host.submodules().keySet()) {
            if (NestedRepositories.stands(workspace, submodule)) {
                tracked(submodule).forEach(p -> tracked.add(submodule.resolve(p.bytes())));
            }
        }
        return tracked;
    }

    private List<TreePath> tracked(TreePath repository) {
        TreePath file = repository.resolve(".git/index");
        Optional<Entry> index = workspace.stat(file);
        if (index.isEmpty() || index.get().kind() != Entry.Kind.FILE) {
            return List.of();
        }
        try (InputStream in = workspace.read(file)) {
            int idLength = host.idAlgorithm().equals("sha256") ? 32 : 20;
            return GitIndex.parse(in.readNBytes(INDEX_LIMIT), idLength).orElse(List.of()).stream()
                    .filter(n -> !n.gitlink())
                    .map(GitIndex.Name::path)
                    .toList();
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SYNC_UNREADABLE, "cannot read %s", file).causedBy(e);
        }
    }

    static long racyFrom() {
        return System.currentTimeMillis() * 1_000_000 - RACY_NANOS;
    }

    /** Stat data after files were sent, so that the next sync need not read them. */
    StatCache stamps(StatCache before, Map<TreePath, TreeContent.Reading> sent) {
        Map<TreePath, Entry> now = new HashMap<>();
        if (sent.size() > 1000) {
            for (Entry entry : workspace.scan(path -> !TreeView.isDotGit(path))) {
                if (sent.containsKey(entry.path())) {
                    now.put(entry.path(), entry);
                }
            }
        } else {
            sent.keySet().forEach(p -> workspace.stat(p).ifPresent(e -> now.put(p, e)));
        }
        Map<TreePath, StatCache.Seen> stamps = new HashMap<>();
        long bytes = sent.values().stream().mapToLong(r -> r.node().size()).sum();
        long racyFrom = bytes > CHEAP_TO_READ ? settle(now) : racyFrom();
        sent.forEach((path, reading) -> {
            @Nullable Entry entry = now.get(path);
            // The time was set with the content: another one means that someone else wrote.
            if (entry != null
                    && entry.size() == reading.node().size()
                    && entry.mtimeNanos() == reading.entry().mtimeNanos()
                    && entry.ctimeNanos() < racyFrom) {
                stamps.put(path, new StatCache.Seen(StatCache.Stamp.of(entry), reading.node()));
            }
        });
        return before.without(sent.keySet()).with(stamps);
    }

    /**
     * Waits until a change would show in the time of change, which takes one tick of the kernel's
     * clock at most.
     */
    private static long settle(Map<TreePath, Entry> entries) {
        long latest = entries.values().stream().mapToLong(Entry::ctimeNanos).max().orElse(0);
        long until = latest + RACY_NANOS;
        long waited = System.nanoTime();
        while (System.currentTimeMillis() * 1_000_000 <= until
                && System.nanoTime() - waited < 5 * RACY_NANOS) {
            LockSupport.parkNanos(1_000_000);
        }
        return latest + 1;
    }
}
