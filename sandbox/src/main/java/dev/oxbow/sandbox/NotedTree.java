package dev.oxbow.sandbox;

import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A tree that tells of each change that is made through it, before it is made. Reading is silent.
 * Safe for concurrent use if the tree and the listener are.
 */
public final class NotedTree extends ForwardingTree {
    private final Runnable changing;

    /**
     * A view of that tree.
     *
     * @param tree closed with this
     * @param changing called by whoever changes something, once for each change; what it throws
     *     keeps the change from being made
     */
    public NotedTree(FileTree tree, Runnable changing) {
        super(tree);
        this.changing = changing;
    }

    @Override
    public void write(TreePath path, int mode, Optional<Long> mtimeNanos, InputStream content)
            throws IOException {
        changing.run();
        super.write(path, mode, mtimeNanos, content);
    }

    @Override
    public void symlink(TreePath path, byte[] target) {
        changing.run();
        super.symlink(path, target);
    }

    @Override
    public void mkdir(TreePath path, int mode) {
        changing.run();
        super.mkdir(path, mode);
    }

    @Override
    public void setMode(TreePath path, int mode) {
        changing.run();
        super.setMode(path, mode);
    }

    @Override
    public void rename(TreePath from, TreePath to) {
        changing.run();
        super.rename(from, to);
    }

    @Override
    public void remove(TreePath path) {
        changing.run();
        super.remove(path);
    }

    @Override
    public void removeTree(TreePath path) {
        changing.run();
        super.removeTree(path);
    }
}
