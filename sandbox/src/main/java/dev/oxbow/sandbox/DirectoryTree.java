package dev.oxbow.sandbox;

import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.FileSpec;
import dev.oxbow.posix.Owner;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The {@link FileTree} of a directory of this machine, for providers that have one. */
public final class DirectoryTree implements FileTree {
    private final Directory directory;
    private final Optional<Owner> owner;

    /** A view of that directory, which it closes with itself; what it makes is the caller's. */
    public DirectoryTree(Directory directory) {
        this(directory, Optional.empty());
    }

    /** As {@link #DirectoryTree(Directory)}; what it makes is given to that owner. */
    public DirectoryTree(Directory directory, Optional<Owner> owner) {
        this.directory = directory;
        this.owner = owner;
    }

    @Override
    public List<Entry> scan(Predicate<TreePath> descend) {
        return directory.scan(descend);
    }

    @Override
    public Optional<Entry> stat(TreePath path) {
        return directory.stat(path);
    }

    @Override
    public InputStream read(TreePath path) {
        return directory.read(path);
    }

    @Override
    public byte[] readLink(TreePath path) {
        return directory.readLink(path);
    }

    @Override
    public void write(TreePath path, int mode, Optional<Long> mtimeNanos, InputStream content)
            throws IOException {
        directory.write(path, new FileSpec(mode, mtimeNanos, owner, false), content);
    }

    @Override
    public void symlink(TreePath path, byte[] target) {
        directory.symlink(path, target, owner);
    }

    @Override
    public void mkdir(TreePath path, int mode) {
        directory.mkdir(path, mode, owner);
    }

    @Override
    public void setMode(TreePath path, int mode) {
        directory.setMode(path, mode);
    }

    @Override
    public void rename(TreePath from, TreePath to) {
        directory.rename(from, to);
    }

    @Override
    public void remove(TreePath path) {
        directory.remove(path);
    }

    @Override
    public void removeTree(TreePath path) {
        directory.removeTree(path);
    }

    @Override
    public void close() {
        directory.close();
    }
}
