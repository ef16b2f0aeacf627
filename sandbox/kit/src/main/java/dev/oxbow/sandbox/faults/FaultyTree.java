package dev.oxbow.sandbox.faults;

import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The files of a sandbox over a bad connection. */
final class FaultyTree implements FileTree {
    private final Injection injection;
    private final SandboxId id;
    private final FileTree real;

    FaultyTree(Injection injection, SandboxId id, FileTree real) {
        this.injection = injection;
        this.id = id;
        this.real = real;
    }

    @Override
    public List<Entry> scan(Predicate<TreePath> descend) {
        return injection.call(Operation.SCAN, id, () -> real.scan(descend));
    }

    @Override
    public Optional<Entry> stat(TreePath path) {
        return injection.call(Operation.STAT, id, () -> real.stat(path));
    }

    @Override
    public InputStream read(TreePath path) {
        return injection.open(Operation.READ, id, cuts -> new FaultyStream(real.read(path), cuts));
    }

    @Override
    public byte[] readLink(TreePath path) {
        return injection.call(Operation.READ, id, () -> real.readLink(path));
    }

    @Override
    public void write(TreePath path, int mode, Optional<Long> mtimeNanos, InputStream content)
            throws IOException {
        try {
            injection.open(
                    Operation.WRITE,
                    id,
                    cuts -> {
                        written(path, mode, mtimeNanos, new FaultyStream(content, cuts));
                        return path;
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void written(TreePath path, int mode, Optional<Long> mtimeNanos, InputStream content) {
        try {
            real.write(path, mode, mtimeNanos, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void symlink(TreePath path, byte[] target) {
        injection.run(Operation.CHANGE, id, () -> real.symlink(path, target));
    }

    @Override
    public void mkdir(TreePath path, int mode) {
        injection.run(Operation.CHANGE, id, () -> real.mkdir(path, mode));
    }

    @Override
    public void setMode(TreePath path, int mode) {
        injection.run(Operation.CHANGE, id, () -> real.setMode(path, mode));
    }

    @Override
    public void rename(TreePath from, TreePath to) {
        injection.run(Operation.CHANGE, id, () -> real.rename(from, to));
    }

    @Override
    public void remove(TreePath path) {
        injection.run(Operation.REMOVE, id, () -> real.remove(path));
    }

    @Override
    public void removeTree(TreePath path) {
        injection.run(Operation.REMOVE, id, () -> real.removeTree(path));
    }

    @Override
    public void close() {
        real.close();
    }
}
