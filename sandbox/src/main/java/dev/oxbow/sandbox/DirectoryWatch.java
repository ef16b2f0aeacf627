package dev.oxbow.sandbox;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.Notice;
import dev.oxbow.posix.Notices;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileChange.Cause;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The {@link FileWatch} of a directory of this machine, for providers that have one. It works on
 * the notices of the kernel, one watch for each directory below. Between two looks it holds nothing
 * of the tree open.
 */
public final class DirectoryWatch implements FileWatch {
    /** The other half of a move follows at once, unless it left the tree. */
    private static final Duration OTHER_HALF = Duration.ofMillis(200);

    /** What is told at once; more is told as an overflow. */
    private static final int MOST_CHANGES = 1 << 16;

    private static final long SHORTEST_NAP = 500_000;
    private static final long LONGEST_NAP = 20_000_000;
    private static final byte[] TEMPORARY =
            Directory.TEMPORARY_PREFIX.getBytes(StandardCharsets.US_ASCII);

    private final Supplier<Directory> root;
    private final int mostDirectories;
    private final Map<Integer, TreePath> watched = new HashMap<>();

    /** Found when their directory was new, so that the notice that they are new is no news. */
    private final Set<TreePath> told = new HashSet<>();

    /** Found when they could not be looked into, and so not watched, or not whole. */
    private final Set<TreePath> unreadable = new HashSet<>();

    private final Deque<Notice> notices = new ArrayDeque<>();
    private final Deque<FileChange> changes = new ArrayDeque<>();
    private volatile Notices source;
    private int top;

    /** Directories were moved while all was looked at, so that it has to be done again. */
    private boolean doubtful;

    private Optional<OxException> failure = Optional.empty();

    private volatile boolean closed;

    /**
     * Watches from now on.
     *
     * @param root opens the watched directory, anew at each call; closed soon after
     * @param mostDirectories how many directories may be watched
     * @throws OxException {@code QUOTA_EXCEEDED} if there are more, or more than the machine allows
     */
    public DirectoryWatch(Supplier<Directory> root, int mostDirectories) {
        this.root = root;
        this.mostDirectories = mostDirectories;
        this.source = Notices.open();
        boolean whole = false;
        try {
            watchAll();
            whole = true;
        } finally {
            if (!whole) {
                source.close();
            }
        }
    }

    @Override
    public Optional<FileChange> next(Deadline deadline) throws InterruptedException {
        long nap = SHORTEST_NAP;
        while (!closed) {
            if (!changes.isEmpty()) {
                return Optional.of(changes.removeFirst());
            }
            if (failure.isPresent()) {
                throw failure.get();
            }
            if (look()) {
                nap = SHORTEST_NAP;
            } else if (deadline.expired()) {
                return Optional.empty();
            } else {
                nap(Math.min(nap, deadline.remainingNanos()));
                nap = Math.min(2 * nap, LONGEST_NAP);
            }
        }
        return Optional.empty();
    }

    private static void nap(long nanos) throws InterruptedException {
        LockSupport.parkNanos(nanos);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Whether there was something new. */
    private boolean look() throws InterruptedException {
        try {
            return looked();
        } catch (OxException e) {
            // From here on something would be missing: it is over, once all before is told.
            failure = Optional.of(e);
            return true;
        } catch (IllegalStateException e) {
            if (!closed) {
                throw e;
            }
            return true;
        }
    }

    private boolean looked() throws InterruptedException {
        if (doubtful) {
            restart();
            return true;
        }
        if (notices.isEmpty()) {
            notices.addAll(source.poll());
        }
        if (notices.isEmpty()) {
            // The notice of whatever was told before it came has come by now.
            told.clear();
            return false;
        }
        take(notices.removeFirst());
        return true;
    }

    private void take(Notice notice) throws InterruptedException {
        if (notice.kind() == Notice.Kind.LOST) {
            restart();
            return;
        }
        TreePath directory = watched.get(notice.watch());
        if (directory == null) {
            return;
        }
        if (notice.self()) {
            self(notice);
            return;
        }
        TreePath path = directory.resolve(notice.name());
        switch (notice.kind()) {
            case CREATED -> created(path, notice.directory());
            case MODIFIED -> modified(path, notice.directory());
            case DELETED -> deleted(path, notice.directory());
            case MOVED_FROM -> moved(path, notice);
            case MOVED_TO -> {
                // Without a first half: it came from elsewhere.
                told.remove(path);
                created(path, notice.directory());
            }
            case SELF_MOVED, SELF_GONE, LOST -> throw new IllegalStateException(notice.toString());
        }
    }

    private void self(Notice notice) {
        boolean gone = notice.kind() == Notice.Kind.SELF_GONE;
        boolean moved = notice.kind() == Notice.Kind.SELF_MOVED;
        if (notice.watch() == top && (gone || moved)) {
            throw OxException.of(
                    ErrorCode.FILE_NOT_FOUND,
                    "the watched directory has %s",
                    gone ? "gone" : "been moved");
        }
        if (gone) {
            watched.remove(notice.watch());
        }
    }

    private void tell(FileChange change, TreePath path) {
        if (!path.isNamedFrom(TEMPORARY)) {
            add(change);
        }
    }

    private void add(FileChange change) {
        if (changes.size() >= MOST_CHANGES) {
            changes.clear();
            changes.add(new FileChange.Rescan(Cause.OVERFLOW));
        }
        if (!change.equals(changes.peekLast())) {
            changes.add(change);
        }
    }

    private void created(TreePath path, boolean directory) {
        if (!told.remove(path)) {
            tell(new FileChange.Created(path), path);
        }
        if (directory) {
            watchLate(List.of(path));
        }
    }

    /** What could not be looked into may be readable now. */
    private void modified(TreePath path, boolean directory) {
        tell(new FileChange.Modified(path), path);
        if (directory && !unreadable.isEmpty()) {
            List<TreePath> again = unreadable.stream().filter(p -> p.startsWith(path)).toList();
            if (!again.isEmpty()) {
                again.forEach(unreadable::remove);
                watchLate(again);
            }
        }
    }

    private void watchLate(List<TreePath> directories) {
        try (Directory tree = root.get()) {
            directories.forEach(each -> watch(tree, each, true));
        }
        if (movedAbout()) {
            restart();
        }
    }

    /**
     * Whether a directory was moved since the notice that is looked at: what was found in the tree
     * just now cannot be told from what was there then.
     */
    private boolean movedAbout() {
        while (notices.size() < MOST_CHANGES) {
            List<Notice> fresh = source.poll();
            if (fresh.isEmpty()) {
                break;
            }
            notices.addAll(fresh);
        }
        return notices.size() >= MOST_CHANGES || notices.stream().anyMatch(DirectoryWatch::moves);
    }

    private static boolean moves(Notice notice) {
        boolean half =
                notice.kind() == Notice.Kind.MOVED_FROM || notice.kind() == Notice.Kind.MOVED_TO;
        return half && notice.directory();
    }

    private void deleted(TreePath path, boolean directory) {
        if (directory) {
            told.removeIf(each -> each.startsWith(path));
            unreadable.removeIf(each -> each.startsWith(path));
        } else {
            told.remove(path);
        }
        tell(new FileChange.Deleted(path), path);
    }

    /** The first half of a move has come; the second may be anywhere behind it. */
    private void moved(TreePath from, Notice first) throws InterruptedException {
        told.remove(from);
        Optional<Notice> second = otherHalf(first);
        if (second.isEmpty()) {
            Deadline late = Deadline.in(OTHER_HALF);
            while (second.isEmpty() && !late.expired()) {
                nap(SHORTEST_NAP);
                notices.addAll(source.poll());
                second = otherHalf(first);
            }
        }
        Optional<TreePath> to =
                second.flatMap(n ->
                        Optional.ofNullable(watched.get(n.watch())).map(d -> d.resolve(n.name())));
        if (to.isEmpty()) {
            leave(from);
            tell(new FileChange.Deleted(from), from);
            return;
        }
        told.remove(to.get());
        if (first.directory() && !move(from, to.get())) {
            restart();
            return;
        }
        if (from.isNamedFrom(TEMPORARY)) {
            tell(new FileChange.Created(to.get()), to.get());
        } else {
            add(new FileChange.Renamed(from, to.get()));
        }
    }

    private Optional<Notice> otherHalf(Notice first) {
        for (Iterator<Notice> all = notices.iterator(); all.hasNext(); ) {
            Notice next = all.next();
            if (next.kind() == Notice.Kind.MOVED_TO && next.cookie() == first.cookie()) {
                all.remove();
                return Optional.of(next);
            }
        }
        return Optional.empty();
    }

    /**
     * Directories are watched themselves, so only their names are to be learned anew.
     *
     * @return false if there was one already: it may be gone now, or have gone the other way
     */
    private boolean move(TreePath from, TreePath to) {
        if (watched.containsValue(to)) {
            return false;
        }
        told.removeIf(path -> path.startsWith(from) || path.startsWith(to));
        watched.replaceAll((_, path) -> path.startsWith(from) ? moved(path, from, to) : path);
        List<TreePath> gone = unreadable.stream().filter(p -> p.startsWith(from)).toList();
        gone.forEach(unreadable::remove);
        gone.forEach(path -> unreadable.add(moved(path, from, to)));
        return true;
    }

    private static TreePath moved(TreePath path, TreePath from, TreePath to) {
        TreePath result = to;
        List<byte[]> names = path.components();
        for (byte[] name : names.subList(from.components().size(), names.size())) {
            result = result.resolve(name);
        }
        return result;
    }

    /** Watches what has left the tree no more. */
    private void leave(TreePath path) {
        unreadable.removeIf(each -> each.startsWith(path));
        watched.entrySet()
                .removeIf(entry -> {
                    boolean below = entry.getValue().startsWith(path);
                    if (below) {
                        source.forget(entry.getKey());
                    }
                    return below;
                });
    }

    /** Some notices are lost or tell nothing any more, perhaps those of new directories. */
    private void restart() {
        source.close();
        source = Notices.open();
        if (closed) {
            source.close();
            return;
        }
        notices.clear();
        changes.clear();
        changes.add(new FileChange.Rescan(Cause.OVERFLOW));
        watchAll();
    }

    private void watchAll() {
        watched.clear();
        told.clear();
        unreadable.clear();
        try (Directory tree = root.get()) {
            top = source.watch(tree, TreePath.ROOT);
            watched.put(top, TreePath.ROOT);
            below(tree, TreePath.ROOT, false);
        }
        doubtful = movedAbout();
    }

    /**
     * Watches a directory first and looks into it then, so that nothing comes in between.
     *
     * @param news whether what is found in it is to be told
     */
    private void watch(Directory tree, TreePath directory, boolean news) {
        try {
            watched.put(source.watch(tree, directory), directory);
            if (watched.size() > mostDirectories) {
                throw tooMany();
            }
            below(tree, directory, news);
        } catch (OxException e) {
            switch (e.code()) {
                // Gone, or another thing already: its own notices follow.
                case FILE_NOT_FOUND, NOT_DIRECTORY, PATH_ESCAPE -> {}
                case PERMISSION_DENIED -> {
                    unreadable.add(directory);
                    add(new FileChange.Rescan(Cause.UNREADABLE));
                }
                default -> throw e;
            }
        }
    }

    private OxException tooMany() {
        return OxException.of(
                        ErrorCode.QUOTA_EXCEEDED,
                        "there are more than %d directories to be watched",
                        mostDirectories)
                .suggest("Watch a directory further down.");
    }

    private void below(Directory tree, TreePath directory, boolean news) {
        for (Entry entry : tree.list(directory)) {
            if (news) {
                if (told.size() >= MOST_CHANGES) {
                    // At worst something is told twice.
                    told.clear();
                }
                if (told.add(entry.path())) {
                    tell(new FileChange.Created(entry.path()), entry.path());
                }
            }
            if (entry.kind() == Entry.Kind.DIRECTORY) {
                watch(tree, entry.path(), news);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        source.close();
    }
}
