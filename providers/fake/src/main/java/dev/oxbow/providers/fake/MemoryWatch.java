package dev.oxbow.providers.fake;

import dev.oxbow.base.Deadline;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileChange;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.FileWatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells what changed in memory by comparing what there is with what there was. */
final class MemoryWatch implements FileWatch {
    private static final Duration NAP = Duration.ofMillis(3);

    private final Supplier<FileTree> tree;
    private final Deque<FileChange> changes = new ArrayDeque<>();
    private Map<TreePath, Entry> known;
    private volatile boolean closed;

    /** Watches a tree that is found anew at each look. */
    MemoryWatch(Supplier<FileTree> tree) {
        this.tree = tree;
        this.known = now();
    }

    private Map<TreePath, Entry> now() {
        Map<TreePath, Entry> all = new LinkedHashMap<>();
        try (FileTree files = tree.get()) {
            files.scan(_ -> true).forEach(entry -> all.put(entry.path(), entry));
        }
        return all;
    }

    @Override
    public Optional<FileChange> next(Deadline deadline) throws InterruptedException {
        while (!closed) {
            if (changes.isEmpty()) {
                compare();
            }
            if (!changes.isEmpty() || deadline.expired()) {
                return Optional.ofNullable(changes.pollFirst());
            }
            Thread.sleep(deadline.orIn(NAP).remaining());
        }
        return Optional.empty();
    }

    private void compare() {
        Map<TreePath, Entry> now = now();
        Map<Long, Entry> before = byInode(known);
        Map<Long, Entry> after = byInode(now);
        List<FileChange.Renamed> renamed = new ArrayList<>();
        List<TreePath> deleted = new ArrayList<>();
        for (Entry old : known.values()) {
            Entry still = after.get(old.inode());
            if (still == null) {
                boolean told = deleted.stream().anyMatch(old.path()::startsWith);
                if (!told && !now.containsKey(old.path())) {
                    deleted.add(old.path());
                    changes.add(new FileChange.Deleted(old.path()));
                }
            } else if (!still.path().equals(old.path()) && !carried(renamed, old, still)) {
                FileChange.Renamed move = new FileChange.Renamed(old.path(), still.path());
                renamed.add(move);
                changes.add(move);
            }
        }
        for (Entry each : now.values()) {
            Entry old = before.get(each.inode());
            if (old == null) {
                changes.add(new FileChange.Created(each.path()));
            } else if (changed(old, each)) {
                changes.add(new FileChange.Modified(each.path()));
            }
        }
        known = now;
    }

    /** Whether it has moved with a directory above it. */
    private static boolean carried(List<FileChange.Renamed> renamed, Entry old, Entry still) {
        return renamed.stream()
                .anyMatch(move ->
                        old.path().startsWith(move.from())
                                && still.path().startsWith(move.to())
                                && rest(old.path(), move.from())
                                        .equals(rest(still.path(), move.to())));
    }

    private static String rest(TreePath path, TreePath above) {
        return path.toString().substring(above.toString().length());
    }

    /** A directory changes whenever something in it comes or goes, which is told already. */
    private static boolean changed(Entry old, Entry now) {
        return now.kind() == Entry.Kind.DIRECTORY
                ? old.mode() != now.mode()
                : old.size() != now.size()
                        || old.mode() != now.mode()
                        || old.mtimeNanos() != now.mtimeNanos()
                        || old.ctimeNanos() != now.ctimeNanos();
    }

    private static Map<Long, Entry> byInode(Map<TreePath, Entry> entries) {
        Map<Long, Entry> all = new HashMap<>();
        entries.values().forEach(entry -> all.put(entry.inode(), entry));
        return all;
    }

    @Override
    public void close() {
        closed = true;
    }
}
