package dev.oxbow.workspace;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

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
     * @param wanted files whose content must be known; others without cached content are left out
     */
    Content read(TreeView view, StatCache known, Predicate<TreePath> wanted) {
        checkLimits(view);
        NavigableMap<TreePath, Node> nodes = new TreeMap<>();
        StatCache cache = new StatCache();
        List<Entry> changed = new ArrayList<>();
        List<Entry> unread = new ArrayList<>();
        for (Entry entry : view.entries()) {
            if (entry.kind() == Entry.Kind.SYMLINK) {
                nodes.put(entry.path(), link(entry.path()));
                continue;
            }
            Optional<Node.File> same = known.find(entry);
            if (same.isPresent()) {
                nodes.put(entry.path(), same.get());
                cache.put(
                        entry.path(),
                        new StatCache.Seen(
                                StatCache.Stamp.of(entry), same.get().hash(), same.get().blob()));
            } else if (wanted.test(entry.path())) {
                changed.add(entry);
            } else {
                unread.add(entry);
            }
        }
        for (Entry directory : view.emptyDirectories()) {
            nodes.put(directory.path(), new Node.EmptyDirectory());
        }
        ConcurrentHashMap<TreePath, Reading> readings = new ConcurrentHashMap<>();
        long racyFrom = System.currentTimeMillis() * 1_000_000 - RACY_NANOS;
        changed.sort(Collections.reverseOrder(java.util.Comparator.comparingLong(Entry::size)));
        Workers.forEach(changed, entry -> readings.put(entry.path(), readFile(entry)));
        readings.forEach((path, reading) -> {
            nodes.put(path, reading.node());
            remember(cache, reading, racyFrom);
        });
        return new Content(nodes, unread, cache);
    }

    /** Remembers a file's content unless it could have changed unseen. */
    static void remember(StatCache cache, Reading reading, long racyFrom) {
        Entry entry = reading.entry();
        if (entry.mtimeNanos() < racyFrom && entry.ctimeNanos() < racyFrom) {
            cache.put(
                    entry.path(),
                    new StatCache.Seen(
                            StatCache.Stamp.of(entry),
                            reading.node().hash(),
                            reading.node().blob()));
        }
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
                if (StatCache.Stamp.of(after.get()).equals(StatCache.Stamp.of(entry))
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
