package dev.oxbow.sandbox;

import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A tree that passes every call on to another one: a subclass says only where it differs. As safe
 * for concurrent use as the other is.
 */
public abstract class ForwardingTree implements FileTree {
    private final FileTree tree;

    /**
     * For subclasses.
     *
     * @param tree closed with this
     */
    protected ForwardingTree(FileTree tree) {
        this.tree = tree;
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
        tree.write(path, mode, mtimeNanos, content);
    }

    @Override
    public void symlink(TreePath path, byte[] target) {
        tree.symlink(path, target);
    }

    @Override
    public void mkdir(TreePath path, int mode) {
        tree.mkdir(path, mode);
    }

    @Override
    public void setMode(TreePath path, int mode) {
        tree.setMode(path, mode);
    }

    @Override
    public void rename(TreePath from, TreePath to) {
        tree.rename(from, to);
    }

    @Override
    public void remove(TreePath path) {
        tree.remove(path);
    }

    @Override
    public void removeTree(TreePath path) {
        tree.removeTree(path);
    }

    @Override
    public void close() {
        tree.close();
    }
}
