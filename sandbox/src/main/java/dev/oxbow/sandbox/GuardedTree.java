package dev.oxbow.sandbox;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A tree that asks, whenever it matters, whether its files are still what they were when it was
 * opened: before each change and each reading, and behind whatever could have met a tree that is
 * half gone, since an open directory does not tell. Safe for concurrent use if the tree and the
 * guard are.
 */
public final class GuardedTree extends ForwardingTree {
    private final Runnable guard;

    /**
     * A guarded view of a tree.
     *
     * @param tree closed with this
     * @param guard throws if the files are others by now, or gone
     */
    public GuardedTree(FileTree tree, Runnable guard) {
        super(tree);
        this.guard = guard;
    }

    /** What a guard throws when the sandbox has another incarnation than its files were of. */
    public static OxException outdated(SandboxId id) {
        return OxException.of(
                        ErrorCode.OPERATION_INTERRUPTED,
                        "the files of sandbox %s were opened before it was started anew or taken"
                                + " back",
                        id)
                .with("sandboxId", id.value());
    }

    @Override
    public List<Entry> scan(Predicate<TreePath> descend) {
        try {
            return super.scan(descend);
        } finally {
            guard.run();
        }
    }

    @Override
    public Optional<Entry> stat(TreePath path) {
        Optional<Entry> found = super.stat(path);
        if (found.isEmpty()) {
            guard.run();
        }
        return found;
    }

    @Override
    public InputStream read(TreePath path) {
        guard.run();
        return super.read(path);
    }

    @Override
    public byte[] readLink(TreePath path) {
        guard.run();
        return super.readLink(path);
    }

    @Override
    public void write(TreePath path, int mode, Optional<Long> mtimeNanos, InputStream content)
            throws IOException {
        guard.run();
        super.write(path, mode, mtimeNanos, content);
    }

    @Override
    public void symlink(TreePath path, byte[] target) {
        guard.run();
        super.symlink(path, target);
    }

    @Override
    public void mkdir(TreePath path, int mode) {
        guard.run();
        super.mkdir(path, mode);
    }

    @Override
    public void setMode(TreePath path, int mode) {
        guard.run();
        super.setMode(path, mode);
    }

    @Override
    public void rename(TreePath from, TreePath to) {
        guard.run();
        super.rename(from, to);
    }

    @Override
    public void remove(TreePath path) {
        guard.run();
        super.remove(path);
    }

    @Override
    public void removeTree(TreePath path) {
        guard.run();
        super.removeTree(path);
    }
}
