package dev.oxbow.sandbox;

import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A tree that tells of each change that is made through it, before it is made. Reading is silent.
 * Safe for concurrent use if the tree and the listener are.
 */
public final class NotedTree implements FileTree {
    private final FileTree tree;
    private final Runnable changing;

    /**
     * A view of that tree.
     *
     * @param tree closed with this
     * @param changing called by whoever changes something, once for each change; what it throws
     *     keeps the change from being made
     */
    public NotedTree(FileTree tree, Runnable changing) {
        this.tree = tree;
        this.changing = changing;
    }

    @Override
    public List<Entry> scan(Predicate<TreePath> descend) {
        return tree.scan(descend);
    }

    @Override
    public Optional<Entry> stat(TreePath path) {
        return tree.stat(path);
    }

    @Override
    public InputStream read(TreePath path) {
        return tree.read(path);
    }

    @Override
    public byte[] readLink(TreePath path) {
        return tree.readLink(path);
    }

    @Override
    public void write(TreePath path, int mode, Optional<Long> mtimeNanos, InputStream content)
            throws IOException {
        changing.run();
        tree.write(path, mode, mtimeNanos, content);
    }

    @Override
    public void symlink(TreePath path, byte[] target) {
        changing.run();
        tree.symlink(path, target);
    }

    @Override
    public void mkdir(TreePath path, int mode) {
        changing.run();
        tree.mkdir(path, mode);
    }

    @Override
    public void setMode(TreePath path, int mode) {
        changing.run();
        tree.setMode(path, mode);
    }

    @Override
    public void rename(TreePath from, TreePath to) {
        changing.run();
        tree.rename(from, to);
    }

    @Override
    public void remove(TreePath path) {
        changing.run();
        tree.remove(path);
    }

    @Override
    public void removeTree(TreePath path) {
        changing.run();
        tree.removeTree(path);
    }

    @Override
    public void close() {
        tree.close();
    }
}
