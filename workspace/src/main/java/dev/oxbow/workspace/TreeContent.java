package dev.oxbow.workspace;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Turns what a file system shows into what a sync compares: content, read only where needed. */
final class TreeContent {
    /** A file changed so shortly before it was read could change again without a trace. */
    private static final long RACY_NANOS = 20_000_000;

    private static final int ATTEMPTS = 3;

    private final Source source;
    private final String idAlgorithm;
    private final SyncLimits limits;

    TreeContent(Source source, String idAlgorithm, SyncLimits limits) {
        this.source = source;
        this.idAlgorithm = idAlgorithm;
        this.limits = limits;
    }

    /**
     * What was read.
     *
     * @param nodes by path
     * @param unread files that were left for later, because the caller said so
     * @param cache stat data of what is present
     */
    record Content(NavigableMap<TreePath, Node> nodes, List<Entry> unread, StatCache cache) {}

    /** A file's content together with the stat data that it was read under. */
    record Reading(Node.File node, Entry entry) {}

    /**
     * Reads a view.
     *
     * @param known stat data of earlier
     * @param last what was there earlier; the same object is given back if it still is
     * @param wanted files whose content must be known; others without cached content are left out
     */
    Content read(
            TreeView view,
            StatCache known,
            NavigableMap<TreePath, Node> last,
            Predicate<TreePath> wanted) {
        checkLimits(view);
        Map<TreePath, Node> edits = new HashMap<>();
        List<Entry> changed = new ArrayList<>();
        List<Entry> unread = new ArrayList<>();
        InStep.Cursor before = new InStep.Cursor(last);
        int met = 0;
        int hits = 0;
        for (Entry entry : view.entries()) {
            TreePath path = entry.path();
            @Nullable Node earlier = before.take(path);
            met += earlier == null ? 0 : 1;
            @Nullable Node now = null;
            if (entry.kind() == Entry.Kind.SYMLINK) {
                now = link(path);
            } else {
                now = known.find(entry).orElse(null);
                hits += now == null ? 0 : 1;
            }
            if (now != null) {
                if (!now.equals(earlier)) {
                    edits.put(path, now);
                }
            } else if (wanted.test(path)) {
                changed.add(entry);
            } else {
                unread.add(entry);
            }
        }
        for (Entry directory : view.emptyDirectories()) {
            @Nullable Node earlier = last.get(directory.path());
            met += earlier == null ? 0 : 1;
            if (!(earlier instanceof Node.EmptyDirectory)) {
                edits.put(directory.path(), new Node.EmptyDirectory());
            }
        }
        ConcurrentHashMap<TreePath, Reading> readings = new ConcurrentHashMap<>();
        long racyFrom = System.currentTimeMillis() * 1_000_000 - RACY_NANOS;
        changed.sort(Collections.reverseOrder(java.util.Comparator.comparingLong(Entry::size)));
        Workers.forEach(changed, entry -> readings.put(entry.path(), readFile(entry)));
        readings.forEach((path, reading) -> edits.put(path, reading.node()));
        boolean gone = met < last.size() || !unread.isEmpty();
        StatCache cache = hits == known.entries().size() ? known : stillTrue(view, known);
        return new Content(
                edits.isEmpty() && !gone ? last : edited(view, last, edits, unread, gone),
                unread,
                cache.with(stamps(readings.values(), racyFrom)));
    }

    private static NavigableMap<TreePath, Node> edited(
            TreeView view,
            NavigableMap<TreePath, Node> last,
            Map<TreePath, Node> edits,
            List<Entry> unread,
            boolean gone) {
        NavigableMap<TreePath, Node> nodes = new TreeMap<>(last);
        if (gone) {
            Set<TreePath> present = new HashSet<>();
            view.entries().forEach(e -> present.add(e.path()));
            view.emptyDirectories().forEach(e -> present.add(e.path()));
            unread.forEach(e -> present.remove(e.path()));
            nodes.keySet().retainAll(present);
        }
        nodes.putAll(edits);
        return nodes;
    }

    private static StatCache stillTrue(TreeView view, StatCache known) {
        Map<TreePath, StatCache.Seen> kept = new HashMap<>();
        for (Entry entry : view.entries()) {
            StatCache.@Nullable Seen seen = known.entries().get(entry.path());
            if (seen != null && seen.stamp().isOf(entry)) {
                kept.put(entry.path(), seen);
            }
        }
        return new StatCache(kept);
    }

    /** Stat data of files that were read, but for those that could have changed unseen since. */
    static Map<TreePath, StatCache.Seen> stamps(Collection<Reading> readings, long racyFrom) {
        Map<TreePath, StatCache.Seen> stamps = new HashMap<>();
        for (Reading reading : readings) {
            Entry entry = reading.entry();
            if (entry.mtimeNanos() < racyFrom && entry.ctimeNanos() < racyFrom) {
                stamps.put(
                        entry.path(),
                        new StatCache.Seen(StatCache.Stamp.of(entry), reading.node()));
            }
        }
        return stamps;
    }

    Node.Link link(TreePath path) {
        byte[] target = source.readLink(path);
        return new Node.Link(target, Digests.blob(target, idAlgorithm));
    }

    /** What is at a path now, read anew; empty if nothing is, or a directory. */
    Optional<Node> now(TreePath path, StatCache known) {
        Optional<Entry> entry = source.stat(path);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        return switch (entry.get().kind()) {
            case FILE -> {
                Optional<Node.File> same = known.find(entry.get());
                yield Optional.of(same.isPresent() ? same.get() : readFile(entry.get()).node());
            }
            case SYMLINK -> Optional.of(link(path));
            case DIRECTORY -> Optional.empty();
            case OTHER ->
                    throw OxException.of(
                            ErrorCode.SYNC_UNREADABLE,
                            "%s is a socket, FIFO or device and stands in the way",
                            path);
        };
    }

    /** Reads a file whole, again if it changes meanwhile. */
    Reading readFile(Entry first) {
        return reading(first, in -> in.transferTo(java.io.OutputStream.nullOutputStream()));
    }

    /** What is done with the content of a file while it is hashed. */
    interface Sink {
        void take(InputStream in) throws IOException;
    }

    /** Passes a file's content on; again from the start if it changed meanwhile. */
    Reading reading(Entry first, Sink sink) {
        Entry entry = first;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (InputStream in = source.read(entry.path());
                    Digests digests = new Digests(in, entry.size(), idAlgorithm)) {
                sink.take(digests);
                Optional<Entry> after = source.stat(entry.path());
                if (after.isEmpty()) {
                    break;
                }
                if (StatCache.Stamp.of(entry).isOf(after.get())
                        && digests.count() == entry.size()) {
                    return new Reading(
                            new Node.File(
                                    entry.executable(),
                                    entry.size(),
                                    digests.hash(),
                                    digests.blob()),
                            after.get());
                }
                entry = after.get();
            } catch (IOException e) {
                throw OxException.of(ErrorCode.SYNC_UNREADABLE, "cannot read %s", entry.path())
                        .causedBy(e);
            }
        }
        throw OxException.of(
                        ErrorCode.FILE_CHANGING, "%s kept changing while it was read", first.path())
                .with("path", first.path().toString());
    }

    private void checkLimits(TreeView view) {
        long total = 0;
        for (Entry entry : view.entries()) {
            if (entry.kind() == Entry.Kind.FILE && entry.size() > limits.file().bytes()) {
                throw tooMuch(entry, "is " + new ByteSize(entry.size()), limits.file().toString());
            }
            total += entry.size();
            if (total > limits.total().bytes()) {
                throw tooMuch(
                        entry,
                        "brings the tree to " + new ByteSize(total),
                        limits.total().toString());
            }
        }
        if (view.entries().size() > limits.files()) {
            throw tooMuch(
                    view.entries().get(limits.files()),
                    "is one of " + view.entries().size() + " files",
                    limits.files() + " files");
        }
    }

    private static OxException tooMuch(Entry entry, String what, String limit) {
        return OxException.of(
                        ErrorCode.SYNC_LIMIT_EXCEEDED,
                        "%s %s, limit %s: commit, ignore, or raise it",
                        entry.path(),
                        what,
                        limit)
                .with("path", entry.path().toString());
    }
}
