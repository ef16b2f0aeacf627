package dev.oxbow.workspace;

import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes into the workspace of a sandbox while others write there as well. Each path is looked at
 * once more in the last moment, and passed over if it is not as it was seen; every method says
 * whether it did its work.
 */
final class UntouchedWriter {
    private final Directory worktree;
    private final FileTree workspace;
    private final Map<TreePath, Entry> seen;
    private final Consumer<String> step;

    /**
     * A writer for one sync.
     *
     * @param seen files and links that the sandbox had when it was compared
     */
    UntouchedWriter(
            Directory worktree,
            FileTree workspace,
            Map<TreePath, Entry> seen,
            Consumer<String> step) {
        this.worktree = worktree;
        this.workspace = workspace;
        this.seen = seen;
        this.step = step;
    }

    /** Opens what is to be written. */
    interface Content {
        InputStream open() throws IOException;
    }

    private boolean untouched(TreePath path) {
        @Nullable Entry before = seen.get(path);
        Optional<Entry> now = workspace.stat(path);
        if (before == null || now.isEmpty()) {
            return before == null && now.isEmpty();
        }
        return StatCache.Stamp.of(before).isOf(now.get())
                && before.mode() == now.get().mode()
                && before.kind() == now.get().kind();
    }

    private static boolean unlessMoving(BooleanSupplier work) {
        try {
            return work.getAsBoolean();
        } catch (OxException e) {
            if (Staging.moving(e)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Removes a path that is still gone in the worktree, and directories that this leaves empty.
     *
     * @param directory whether it was an empty directory; one with content is not removed
     * @param wanted directories that stay
     */
    boolean remove(TreePath path, boolean directory, Set<TreePath> wanted) {
        return unlessMoving(() -> {
            boolean back =
                    worktree.stat(path).filter(e -> e.kind() != Entry.Kind.DIRECTORY).isPresent();
            if (back || (!directory && !untouched(path))) {
                return false;
            }
            if (!directory || !wanted.contains(path)) {
                workspace.remove(path);
            }
            for (TreePath up = path.parent();
                    !up.isRoot() && !wanted.contains(up) && removedIfEmpty(up);
                    up = up.parent()) {
                // climbs as long as there is nothing left
            }
            return true;
        });
    }

    private boolean removedIfEmpty(TreePath directory) {
        return unlessMoving(() -> {
            workspace.remove(directory);
            return true;
        });
    }

    /** Makes the directories that a path lies in. */
    boolean directories(TreePath path, Set<TreePath> present) {
        Deque<TreePath> missing = new ArrayDeque<>();
        for (TreePath up = path.parent();
                !up.isRoot() && !(present.contains(up) && workspace.stat(up).isPresent());
                up = up.parent()) {
            missing.push(up);
        }
        return unlessMoving(() -> {
            List.copyOf(missing).forEach(up -> workspace.mkdir(up, 0755));
            return true;
        });
    }

    /** Writes a file as it was read in the worktree. */
    boolean copy(Entry entry, Content content) {
        TreePath path = entry.path();
        return unlessMoving(() -> {
            try (InputStream in = new UntilTouched(content.open(), path)) {
                workspace.write(
                        path, SandboxWriter.modeInside(entry), Optional.of(entry.mtimeNanos()), in);
                return true;
            } catch (Touched e) {
                return false;
            } catch (IOException e) {
                throw OxException.of(
                                dev.oxbow.base.ErrorCode.SYNC_UNREADABLE, "cannot read %s", path)
                        .causedBy(e);
            }
        });
    }

    boolean link(TreePath path, Node.Link link) {
        return unlessMoving(() -> {
            if (!untouched(path)) {
                return false;
            }
            workspace.symlink(path, link.target());
            return true;
        });
    }

    boolean emptyDirectory(TreePath path) {
        return unlessMoving(() -> {
            workspace.mkdir(
                    path, worktree.stat(path).map(e -> e.mode() & 0777).orElse(0755) | 0700);
            return true;
        });
    }

    /** The file in the sandbox is another one by now. */
    private static final class Touched extends IOException {
        private Touched(TreePath path) {
            super(path + " was changed in the sandbox");
        }
    }

    /**
     * Content that fails at its end if the target was touched: a write that fails there leaves the
     * target as it is, and nothing but the rename comes after it.
     */
    private final class UntilTouched extends FilterInputStream {
        private final TreePath path;

        UntilTouched(InputStream in, TreePath path) {
            super(in);
            this.path = path;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            check(value);
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            check(count);
            return count;
        }

        private void check(int end) throws IOException {
            if (end < 0) {
                step.accept("live-before-rename");
                if (!untouched(path)) {
                    throw new Touched(path);
                }
            }
        }
    }
}
