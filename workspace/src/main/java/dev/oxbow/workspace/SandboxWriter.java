package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Brings files of the worktree into a sandbox, many at a time, each hashed as it passes. */
final class SandboxWriter {
    private final Directory worktree;
    private final TreeContent local;
    private final FileTree workspace;
    private final Progress progress;
    private final AtomicLong files = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    SandboxWriter(Directory worktree, TreeContent local, FileTree workspace, Progress progress) {
        this.worktree = worktree;
        this.local = local;
        this.workspace = workspace;
        this.progress = progress;
    }

    long bytes() {
        return bytes.get();
    }

    /** Removes paths and the directories that are left without content and are not wanted. */
    void remove(Collection<TreePath> paths, Set<TreePath> wantedDirectories) {
        Set<TreePath> emptied = new TreeSet<>(Comparator.reverseOrder());
        for (TreePath path : new TreeSet<>(paths).descendingSet()) {
            // A directory that was empty and is not any more stays; a file makes way for it.
            if (!wantedDirectories.contains(path) || !isDirectory(path)) {
                removeUnlessFull(path);
            }
            for (TreePath up = path.parent(); !up.isRoot(); up = up.parent()) {
                emptied.add(up);
            }
        }
        emptied.removeAll(wantedDirectories);
        emptied.forEach(this::removeUnlessFull);
    }

    private boolean isDirectory(TreePath path) {
        return workspace.stat(path).filter(e -> e.kind() == Entry.Kind.DIRECTORY).isPresent();
    }

    /** What git ignores may still be in a directory; then it stays. */
    private void removeUnlessFull(TreePath path) {
        try {
            workspace.remove(path);
        } catch (OxException e) {
            if (e.code() != ErrorCode.IS_DIRECTORY) {
                throw e;
            }
        }
    }

    /**
     * Has directories make way for files: empty ones go, others, which hold only what git ignores
     * by now, move to another name.
     *
     * @param present directories that were seen
     */
    void makeRoom(Collection<TreePath> files, Set<TreePath> present, SandboxId sandbox) {
        for (TreePath path : files) {
            if (present.contains(path) && isDirectory(path)) {
                removeUnlessFull(path);
                if (isDirectory(path)) {
                    workspace.rename(
                            path, Aside.name(path, sandbox, p -> workspace.stat(p).isPresent()));
                }
            }
        }
    }

    /** Makes the directories that paths lie in. */
    void directories(Collection<TreePath> paths, Set<TreePath> present) {
        Set<TreePath> missing = new TreeSet<>();
        for (TreePath path : paths) {
            for (TreePath up = path.parent();
                    !up.isRoot() && !present.contains(up) && missing.add(up);
                    up = up.parent()) {
                // climbs until a directory is known
            }
        }
        for (TreePath directory : missing) {
            workspace.mkdir(directory, 0755);
        }
    }

    /**
     * Copies files.
     *
     * @param expected content that was read before, if it was: a file that no longer has it is
     *     refused
     * @return what each held as it was sent
     */
    Map<TreePath, TreeContent.Reading> copy(List<Entry> entries, Map<TreePath, Node> expected) {
        long total = entries.stream().mapToLong(Entry::size).sum();
        Map<TreePath, TreeContent.Reading> sent = new ConcurrentHashMap<>();
        Workers.forEach(
                entries,
                entry -> {
                    TreeContent.Reading reading =
                            local.reading(
                                    entry,
                                    in ->
                                            workspace.write(
                                                    entry.path(),
                                                    modeInside(entry),
                                                    Optional.of(entry.mtimeNanos()),
                                                    in));
                    if (expected.containsKey(entry.path())
                            && !reading.node().equals(expected.get(entry.path()))) {
                        throw OxException.of(
                                ErrorCode.FILE_CHANGING,
                                "%s changed while it was sent",
                                entry.path());
                    }
                    sent.put(entry.path(), reading);
                    progress.update(
                            Progress.Step.COPY,
                            files.incrementAndGet(),
                            entries.size(),
                            bytes.addAndGet(entry.size()),
                            total);
                });
        return sent;
    }

    /** Whoever runs in the sandbox owns the file and may change it; others see what they could. */
    static int modeInside(Entry entry) {
        return (entry.mode() & 0777) | 0600;
    }

    void link(TreePath path, Node.Link link) {
        workspace.symlink(path, link.target());
    }

    void emptyDirectory(TreePath path) {
        workspace.mkdir(path, worktree.stat(path).map(e -> e.mode() & 0777).orElse(0755) | 0700);
    }

    /** Writes content that is in memory. */
    void write(TreePath path, boolean executable, byte[] content) {
        try {
            workspace.write(
                    path,
                    executable ? 0755 : 0644,
                    Optional.empty(),
                    new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
    }
}
